using System.Globalization;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Models;

/// <summary>
/// A made-up format of a few lines of text. The first is <c>classify</c> or <c>detect</c>; each of the others a class: its name, and
/// how much red, green and blue speak for it. A detector looks at cells of 16 × 16 pixels of a 32 × 32 image.
/// </summary>
internal sealed class ToyImporter : IModelImporter
{
    private const int Side = 32;
    private const int Cell = 16;

    public string Name => "Toy";

    public IReadOnlyList<string> Extensions { get; } = [".toy"];

    public ImportedModel Import(string path, ImportOptions? options = null)
    {
        string[][] lines = [.. File.ReadLines(path).Select(l => l.Split(' '))];
        var classes = lines[1..];
        if (classes.FirstOrDefault(c => c.Length != 4) is { } bad) throw new BadModelException($"{path}: '{string.Join(' ', bad)}' is no class; expected a name and three numbers.");
        float[] colors = [.. classes.SelectMany(c => c[1..]).Select(c => float.Parse(c, CultureInfo.InvariantCulture))];
        var graph = new GraphWriter("toy");
        graph.Input("image", DataType.Float, 1, 3, Side, Side);
        var imported = lines[0][0] == "detect" ? Detector(graph, colors, classes.Length) : Classifier(graph, colors, classes.Length);
        return imported(graph.Build(path)) with
        {
            InputSize = (Side, Side),
            Pixels = new ImportedPixels(Bgr: false, Mean: [0], Deviation: [255]),
            Fit = ImportedFit.Stretch,
            ClassNames = [.. classes.Select(c => c[0])],
        };
    }

    private static Func<OnnxModel, ImportedModel> Classifier(GraphWriter graph, float[] colors, int classes)
    {
        var flat = graph.Node("Flatten", null, [graph.Node("GlobalAveragePool", null, ["image"])]);
        var scores = graph.Node("Gemm", null, [flat, graph.Floats("colors", colors, classes, 3)], ("transB", 1L));
        graph.Output(graph.Node("Softmax", "scores", [scores]), DataType.Float, 1, classes);
        return model => new ImportedModel(model) { Purpose = ImportedPurpose.Classify };
    }

    private static Func<OnnxModel, ImportedModel> Detector(GraphWriter graph, float[] colors, int classes)
    {
        // x, y, w and h of 0 are a box of the anchor's size at the cell's centre; then objectness, always sure.
        var mean = graph.Node("AveragePool", null, ["image"], ("kernel_shape", new long[] { Cell, Cell }), ("strides", new long[] { Cell, Cell }));
        float[] kernel = [.. new float[5 * 3], .. colors];
        float[] bias = [0, 0, 0, 0, 9, .. new float[classes]];
        graph.Node("Conv", "grid", [mean, graph.Floats("kernel", kernel, 5 + classes, 3, 1, 1), graph.Floats("bias", bias, bias.Length)]);
        graph.Output("grid", DataType.Float, 1, 5 + classes, Side / Cell, Side / Cell);
        return model => new ImportedModel(model)
        {
            Purpose = ImportedPurpose.Detect,
            Stride = Cell,
            Outputs = [new ImportedOutput("grid", "region", [new("classes", [classes]), new("anchors", [1, 1]), new("softmax", [1])])],
        };
    }
}
