package io.rangefinder.capture.observers;

import java.util.List;

/** The least and the greatest element of each channel of an image: as many as it has channels. */
public final class ChannelsObserver implements TensorObserver {

    @Override
    public String name() {
        return "channels";
    }

    @Override
    public List<Column> columns() {
        return List.of(Column.least("min"), Column.greatest("max"));
    }

    @Override
    public Points points() {
        return Points.OPERANDS;
    }

    @Override
    public String torchScript() {
        return """
        def channels(x: Tensor) -> Tensor:
          return torch.stack([torch.amin(x, [0, 2, 3]), torch.amax(x, [0, 2, 3])])
        """;
    }
}
