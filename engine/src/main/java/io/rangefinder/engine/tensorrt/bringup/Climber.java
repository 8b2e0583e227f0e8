package io.rangefinder.engine.tensorrt.bringup;

import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.ladder.Rung;
import io.rangefinder.engine.ladder.Rung.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Climbs a machine's rungs in order, once for each device. Safe for use by many threads. */
final class Climber {

    private static final Logger logger = LoggerFactory.getLogger(Climber.class);
    private static final List<Step> GROUND =
            List.of(new SystemStep(), new ClassPathStep(), new CacheStep(), new DriverStep());
    private static final List<Step> DEVICE =
            List.of(
                    new DriverVersionStep(),
                    new DeviceStep(),
                    new CapabilityStep(),
                    new MemoryStep());
    private static final List<Step> LIBRARIES =
            List.of(new OtherTensorRtStep(), new FilesStep(), new LoadStep(), new EngineStep());

    /** Stands for no device among the ladders; devices are counted from 0. */
    private static final int NONE = -1;

    private final Machine machine;
    private final Map<Integer, Ladder> climbed = new HashMap<>();

    Climber(Machine machine) {
        this.machine = machine;
    }

    synchronized Ladder toDevice(int device) {
        Ladder known = climbed.get(device);
        if (known != null) {
            return known;
        }
        Ladder ladder = climb(device, DEVICE);
        // Memory comes and goes; whatever else failed stays so for the process.
        if (ladder.firstFailure().filter(r -> r.name().equals(MemoryStep.NAME)).isEmpty()) {
            climbed.put(device, ladder);
        }
        return ladder;
    }

    synchronized Ladder withoutDevice() {
        List<Step> skipped = DEVICE.stream().map(Climber::skip).toList();
        return climbed.computeIfAbsent(NONE, d -> climb(d, skipped));
    }

    private Ladder climb(int device, List<Step> deviceSteps) {
        List<Step> steps = new ArrayList<>(GROUND);
        steps.addAll(deviceSteps);
        steps.addAll(LIBRARIES);
        List<Rung> rungs = new ArrayList<>();
        for (Step step : steps) {
            Rung rung = climb(step, device);
            rungs.add(rung);
            if (rung.outcome() == Outcome.FAILED) {
                break;
            }
        }
        return new Ladder("TensorRT", rungs);
    }

    /** A class path that was put together by hand can lack any class: then its rung fails. */
    private Rung climb(Step step, int device) {
        try {
            return step.climb(machine, device);
        } catch (BrokenRungException e) {
            return Rung.failed(step.name(), e.getMessage(), e.remedy());
        } catch (LinkageError e) {
            return Rung.failed(
                    step.name(),
                    "a class or native method is missing (" + e + ")",
                    ClassPathStep.REMEDY + ", in one version");
        } catch (RuntimeException e) {
            // javacpp, DJL and jars that cannot be read throw many; none may reach who only asks.
            logger.warn("{} of TensorRT's ladder", step.name(), e);
            return Rung.failed(step.name(), "it cannot be told (" + e + ")", "see the log");
        }
    }

    private static Step skip(Step step) {
        return new Step() {
            @Override
            public String name() {
                return step.name();
            }

            @Override
            public Rung climb(Machine machine, int device) {
                return Rung.skipped(step.name(), "no device was asked for");
            }
        };
    }
}
