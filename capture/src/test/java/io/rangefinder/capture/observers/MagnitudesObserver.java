package io.rangefinder.capture.observers;

import java.util.List;

/** A histogram of |x| at what products and additions read: 16 bins of 0.5, the last one open. */
public final class MagnitudesObserver implements TensorObserver {

    /** How many bins there are. */
    public static final int BINS = 16;

    @Override
    public String name() {
        return "magnitudes";
    }

    @Override
    public List<Column> columns() {
        return List.of(Column.count("bins"));
    }

    @Override
    public Points points() {
        return Points.OPERANDS;
    }

    @Override
    public String torchScript() {
        return """
        def magnitudes(x: Tensor) -> Tensor:
          halves = torch.floor(torch.mul(torch.abs(x), 2.))
          bins = torch.clamp(torch.nan_to_num(halves, 15., 15., 15.), 0., 15.)
          return torch.bincount(torch.flatten(torch.to(bins, 4)), None, 16)
        """;
    }
}
