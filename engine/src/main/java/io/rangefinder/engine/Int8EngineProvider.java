package io.rangefinder.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineProvider;

/** Tells DJL of the engine {@code Int8}. Found by {@link java.util.ServiceLoader}. */
public final class Int8EngineProvider implements EngineProvider {

    /** Behind every other engine: DJL never takes the last rank for its default. */
    static final int RANK = Integer.MAX_VALUE;

    private final Engine engine = new Int8Engine();

    /** Called by DJL. */
    public Int8EngineProvider() {}

    @Override
    public String getEngineName() {
        return Int8.ENGINE;
    }

    @Override
    public int getEngineRank() {
        return RANK;
    }

    @Override
    public Engine getEngine() {
        return engine;
    }
}
