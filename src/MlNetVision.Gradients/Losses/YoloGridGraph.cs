using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Losses;

/// <summary>
/// A grid in the graph of its loss. A prediction's position counts through N × anchors × rows × columns. Boxes are in fractions of the network's input.
/// </summary>
internal sealed class YoloGridGraph
{
    private readonly GraphWriter _graph;
    private readonly GraphTensor _truth;
    private readonly GraphTensor _values;
    private readonly GraphTensor _anchors;
    private readonly YoloBox _all;

    /// <param name="writer">The writer of the loss.</param>
    /// <param name="geometry">The grid.</param>
    /// <param name="truth">The boxes of all objects, N × objects × 4; those without size are none.</param>
    public YoloGridGraph(LossWriter writer, YoloGridGeometry geometry, GraphTensor truth)
    {
        (_graph, Geometry, _truth) = (writer.Graph, geometry, truth);
        _anchors = _graph.Floats([.. geometry.Head.Anchors.SelectMany(a => new[] { a.Width, a.Height })], geometry.Anchors, 2);
        _values = geometry.Grid.Reshape(0, geometry.Anchors, geometry.Attributes, geometry.Cells);
        Rows = _values.Transpose(0, 1, 3, 2).Reshape(-1, geometry.Attributes);
        Objectness = _values.Slice(4, 5, 2).Reshape(-1);
        _all = All(writer.Detached(_values.Slice(0, 4, 2)));
    }

    public YoloGridGeometry Geometry { get; }

    /// <summary>The raw values of all predictions, predictions × (5 + classes).</summary>
    public GraphTensor Rows { get; }

    /// <summary>The raw objectness of all predictions.</summary>
    public GraphTensor Objectness { get; }

    /// <summary>The number of predictions in an image.</summary>
    public long Predictions => (long)Geometry.Anchors * Geometry.Cells;

    /// <summary>1 for predictions that are no object's and overlap none by more than a threshold, else 0.</summary>
    public GraphTensor Free(float threshold, YoloResponsible objects)
    {
        // IoU > t without a division: I > t·(A + B − I).
        var truth = Truth();
        var shared = _all.Intersection(truth);
        var overlaps = shared * (1 + threshold) > (_all.Area + truth.Area) * threshold;
        return Cleared(1 - overlaps.Cast(DataType.Float).ReduceMax([2]).Reshape(-1), objects.Positions);
    }

    /// <summary>1 for predictions that are no object's.</summary>
    public GraphTensor Others(YoloResponsible objects) => Cleared(Constant(1, Objectness), objects.Positions);

    /// <summary>The largest IoU of each prediction with an object of its image, and which object that is.</summary>
    public (GraphTensor Iou, GraphTensor Object) Best()
    {
        var iou = _all.Iou(Truth());
        return (iou.ReduceMax([2]).Reshape(-1), iou.Do("ArgMax", ("axis", 2L), ("keepdims", 0L)).Reshape(-1));
    }

    /// <summary>The number of objects in the longest list of an image.</summary>
    public GraphTensor ObjectCount() => _truth.Do("Shape").At(1, 0);

    /// <summary>The boxes of all objects, one after the other.</summary>
    public GraphTensor TruthRows() => _truth.Reshape(-1, 4);

    /// <summary>The boxes that rows of raw values stand for.</summary>
    public YoloBox Predicted(GraphTensor rows, GraphTensor positions)
    {
        var (s, corner, anchors) = (Geometry.ScaleXY, Corner(positions), AnchorAt(positions));
        var center = ((rows.Columns(0, 2).Sigmoid() * s) + (corner - ((s - 1) / 2))) / GridSize();
        var size = rows.Columns(2, 4).Exp() * anchors;
        return new YoloBox(center.Columns(0, 1), center.Columns(1, 2), size.Columns(0, 1), size.Columns(1, 2));
    }

    /// <summary>The centre of each object within its cell, from 0 to 1.</summary>
    public GraphTensor CenterTargets(YoloResponsible objects) => (objects.Boxes.Columns(0, 2) * GridSize()) - Corner(objects.Positions);

    /// <summary>The logarithm of each object's size in anchors.</summary>
    public GraphTensor SizeTargets(YoloResponsible objects) => (objects.Boxes.Columns(2, 4) / AnchorAt(objects.Positions)).Log();

    /// <summary>2 − w·h, or 1.</summary>
    public GraphTensor SizeScale(YoloResponsible objects) => Geometry.Head.ScaleBySize
        ? 2 - (objects.Boxes.Columns(2, 3) * objects.Boxes.Columns(3, 4))
        : _graph.Scalar(1);

    /// <summary>The squared distance of each prediction from the box in the middle of its cell of the size of its anchor, in its raw units.</summary>
    public GraphTensor DistanceToPrior() =>
        ((_values.Slice(0, 2, 2).Sigmoid() - 0.5f).Square() + _values.Slice(2, 4, 2).Square()).Sum([2]).Reshape(-1);

    /// <summary>Anchors × 2.</summary>
    public GraphTensor Anchors => _anchors;

    /// <summary>A tensor of a value, in the shape of another.</summary>
    public GraphTensor Constant(float value, GraphTensor like) => _graph.Scalar(value).Expand(like.Do("Shape"));

    /// <summary>A tensor with zeros at some positions.</summary>
    public GraphTensor Cleared(GraphTensor values, GraphTensor positions) =>
        values.Do("ScatterElements", positions, Constant(0, positions)).Reshape(-1);

    private YoloBox All(GraphTensor raw)
    {
        var (height, width, anchors) = (Geometry.Height, Geometry.Width, Geometry.Anchors);
        var shift = (Geometry.ScaleXY - 1) / 2;
        float[] cells = [.. Enumerable.Range(0, Geometry.Cells).Select(c => c % width - shift)];
        var columns = _graph.Floats(cells, 1, 1, 1, Geometry.Cells);
        var rows = _graph.Floats([.. Enumerable.Range(0, Geometry.Cells).Select(c => c / width - shift)], 1, 1, 1, Geometry.Cells);
        var centers = raw.Slice(0, 2, 2).Sigmoid() * Geometry.ScaleXY;
        var sizes = raw.Slice(2, 4, 2).Exp() * _anchors.Reshape(1, anchors, 2, 1);
        return new YoloBox(
            Flat((centers.Slice(0, 1, 2) + columns) / width), Flat((centers.Slice(1, 2, 2) + rows) / height),
            Flat(sizes.Slice(0, 1, 2)), Flat(sizes.Slice(1, 2, 2)));

        static GraphTensor Flat(GraphTensor x) => x.Reshape(0, -1, 1);
    }

    private YoloBox Truth()
    {
        GraphTensor Part(int i) => _truth.Slice(i, i + 1, 2).Transpose(0, 2, 1);
        return new YoloBox(Part(0), Part(1), Part(2), Part(3));
    }

    private GraphTensor GridSize() => _graph.Floats([Geometry.Width, Geometry.Height], 1, 2);

    /// <summary>Column and row of the cells, K × 2.</summary>
    private GraphTensor Corner(GraphTensor positions)
    {
        var cell = positions.Do("Mod", _graph.Integer(Geometry.Cells));
        var column = cell.Do("Mod", _graph.Integer(Geometry.Width)).Cast(DataType.Float).Reshape(-1, 1);
        var row = (cell / _graph.Integer(Geometry.Width)).Cast(DataType.Float).Reshape(-1, 1);
        return _graph.Concat([column, row], 1);
    }

    private GraphTensor AnchorAt(GraphTensor positions) =>
        _anchors.Gather((positions / _graph.Integer(Geometry.Cells)).Do("Mod", _graph.Integer(Geometry.Anchors)));
}

/// <summary>The predictions that are taught to be objects, one row for each.</summary>
/// <param name="Positions">Their positions, int64 K.</param>
/// <param name="Boxes">The boxes of their objects, K × 4: centre, width and height.</param>
/// <param name="Classes">1 for the classes of their objects, K × classes.</param>
internal sealed record YoloResponsible(GraphTensor Positions, GraphTensor Boxes, GraphTensor Classes)
{
    /// <summary>Those that <see cref="YoloTargets"/> finds.</summary>
    public static YoloResponsible Given(GraphWriter graph, YoloGridGeometry grid) => new(
        graph.Input(grid.Positions, DataType.Int64, -1), graph.Input(grid.Boxes, DataType.Float, -1, 4),
        graph.Input(grid.Classes, DataType.Float, -1, grid.Head.Classes));

    /// <summary>
    /// Of all anchors of a cell the one whose predicted box has the shape of the object most. Of several objects that claim it the last is taught,
    /// with the classes of all where they do not exclude each other.
    /// </summary>
    public YoloResponsible ByPrediction(YoloGridGraph grid, bool exclusive)
    {
        var (graph, geometry) = (Positions.Graph, grid.Geometry);
        var anchors = graph.Integers([.. Enumerable.Range(0, geometry.Anchors).Select(a => (long)a * geometry.Cells)]);
        var sizes = grid.Rows.Gather(Positions.Reshape(-1, 1) + anchors.Reshape(1, -1)).Slice(2, 4, 2).Exp() * grid.Anchors.Unsqueeze(0);
        var shared = sizes.Do("Min", Boxes.Columns(2, 4).Reshape(-1, 1, 2));
        var (intersection, own) = (Product(shared, 2), Product(sizes, 2));
        var iou = intersection / (own + Product(Boxes.Columns(2, 4), 1).Unsqueeze(1) - intersection);
        var best = anchors.Gather(iou.Do("ArgMax", ("axis", 1L), ("keepdims", 0L)));
        var positions = Positions + best;
        var same = positions.Reshape(-1, 1).EqualTo(positions.Reshape(1, -1)).Cast(DataType.Float);
        // A later object at the same position lies above the diagonal.
        var last = (same.Do("Trilu", graph.Integer(1)).Sum([1], keepAxes: false) < 0.5f).Positions();
        var classes = exclusive ? Classes : same.MatMul(Classes).Clip(0, 1);
        return new YoloResponsible(positions.Gather(last), Boxes.Gather(last), classes.Gather(last));

        static GraphTensor Product(GraphTensor sizes, int axis) => (sizes.Slice(0, 1, axis) * sizes.Slice(1, 2, axis)).Squeeze(axis);
    }

    /// <summary>And those whose IoU with an object is above a threshold; where an object has it already, it is taught the classes of both.</summary>
    public YoloResponsible WithOverlapping(YoloGridGraph grid, GraphTensor truthClasses, float threshold)
    {
        var graph = Positions.Graph;
        var (iou, nearest) = grid.Best();
        var above = (iou > threshold).Cast(DataType.Float);
        var rows = truthClasses.Reshape(-1, grid.Geometry.Head.Classes);
        var more = (grid.Cleared(above, Positions) > 0.5f).Positions();
        var classes = Classes.Max(rows.Gather(ObjectAt(Positions)) * above.Gather(Positions).Reshape(-1, 1));
        return new YoloResponsible(graph.Concat([Positions, more], 0), graph.Concat([Boxes, grid.TruthRows().Gather(ObjectAt(more))], 0),
            graph.Concat([classes, rows.Gather(ObjectAt(more))], 0));

        GraphTensor ObjectAt(GraphTensor positions) =>
            (positions / graph.Integer(grid.Predictions) * grid.ObjectCount()) + nearest.Gather(positions);
    }
}
