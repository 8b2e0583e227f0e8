package io.rangefinder.capture.observers;

import java.util.List;

/** How many elements are below, at and above 0, and the greatest finite |x|, at every point. */
public final class SignsObserver implements TensorObserver {

    @Override
    public String name() {
        return "signs";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                Column.count("below"),
                Column.count("at"),
                Column.count("above"),
                Column.greatest("magnitude"));
    }

    @Override
    public Points points() {
        return Points.ALL;
    }

    @Override
    public String torchScript() {
        return """
        def signs(x: Tensor) -> Tensor:
          y = torch.to(x, 7)
          below = torch.sum(torch.lt(y, 0.))
          at = torch.sum(torch.eq(y, 0.))
          above = torch.sum(torch.gt(y, 0.))
          magnitude = torch.max(torch.abs(torch.nan_to_num(y, 0., 0., 0.)))
          return torch.stack([torch.to(below, 7), torch.to(at, 7), torch.to(above, 7), magnitude])
        """;
    }
}
