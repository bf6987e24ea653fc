using MlNetVision.Models;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Detection.Heads;

/// <summary>An output that a test gives a network.</summary>
internal sealed record TestOutput(string Name, float[] Values, params long[] Shape)
{
    public TestOutput(float[] values, params long[] shape) : this("output0", values, shape)
    {
    }
}

/// <summary>Networks whose outputs stand still: the same numbers for each image.</summary>
internal static class StillNetwork
{
    /// <summary>A network whose outputs are stored numbers.</summary>
    /// <param name="width">The width of its input.</param>
    /// <param name="height">The height of its input.</param>
    /// <param name="outputs">Its outputs.</param>
    public static OnnxModel Of(int width, int height, params TestOutput[] outputs) => Build(width, height, 1, graph =>
    {
        foreach (var o in outputs) graph.Output(o.Name, graph.Floats(o.Values, o.Shape), DataType.Float, o.Shape);
    });

    /// <summary>A network whose input and output are float16.</summary>
    public static OnnxModel Half(int width, int height, TestOutput output)
    {
        var graph = new GraphWriter("half");
        graph.Input("images", DataType.Float16, 1, 3, height, width);
        graph.Output(output.Name, graph.Floats(output.Values, output.Shape).Cast(DataType.Float16), DataType.Float16, output.Shape);
        return graph.Build("half.onnx");
    }

    /// <summary>
    /// A network whose output is joined as families of several strides export it: for each grid its parts along the channels, then the grids along the
    /// cells, then turned to cells × channels.
    /// </summary>
    /// <param name="width">The width of its input.</param>
    /// <param name="height">The height of its input.</param>
    /// <param name="rows">The raw numbers, cells × channels.</param>
    /// <param name="grids">The size of each grid.</param>
    /// <param name="parts">The last operator of each part (<c>Sigmoid</c>, <c>Softmax</c>, or <c>Add</c> of nothing), and its channels.</param>
    public static OnnxModel Joined(int width, int height, float[] rows, (int Height, int Width)[] grids, params (string Operation, int Channels)[] parts) =>
        Build(width, height, 1, graph =>
        {
            var (channels, at, levels) = (parts.Sum(p => p.Channels), 0, new List<GraphTensor>());
            foreach (var (h, w) in grids)
            {
                var grid = graph.Floats(RandomBoxes.Turned(rows[(at * channels)..((at + h * w) * channels)], channels), 1, channels, h, w);
                levels.Add(Join(graph, grid, parts).Reshape(1, channels, h * w));
                at += h * w;
            }
            graph.Output("output", graph.Concat(levels, axis: 2).Transpose(0, 2, 1), DataType.Float, 1, at, channels);
        });

    /// <summary>The parts of a grid of channels, each through its operator, joined again.</summary>
    public static GraphTensor Join(GraphWriter graph, GraphTensor grid, params (string Operation, int Channels)[] parts)
    {
        var (first, made) = (0, new List<GraphTensor>());
        foreach (var (operation, channels) in parts)
        {
            var part = grid.Slice(first, first + channels, axis: 1);
            made.Add(operation switch
            {
                "Add" => part + 0f,
                "Softmax" => graph.Node("Softmax", [part], ("axis", 1L)),
                _ => part.Do(operation),
            });
            first += channels;
        }
        return graph.Concat(made, axis: 1);
    }

    /// <summary>A network of outputs that the writer makes.</summary>
    public static OnnxModel Build(long width, long height, long batch, Action<GraphWriter> outputs, long channels = 3)
    {
        var graph = new GraphWriter("head");
        graph.Input("images", DataType.Float, batch, channels, height, width);
        outputs(graph);
        return graph.Build("head.onnx");
    }

    /// <summary>With the metadata that Ultralytics' exporter writes (<c>engine/exporter.py</c>): all of it is the text that Python gives.</summary>
    public static OnnxModel OfUltralytics(this OnnxModel model, string task, int classes, params (string Key, string Value)[] more)
    {
        var metadata = new Dictionary<string, string>
        {
            ["description"] = "Ultralytics YOLO11n model trained on /data/some.yaml", ["author"] = "Ultralytics", ["date"] = "2025-03-04T05:06:07.890123",
            ["version"] = "8.3.80", ["license"] = "AGPL-3.0 License (https://ultralytics.com/license)", ["docs"] = "https://docs.ultralytics.com",
            ["stride"] = "32", ["task"] = task, ["batch"] = "1", ["channels"] = "3",
            ["names"] = $"{{{string.Join(", ", Enumerable.Range(0, classes).Select(c => $"{c}: 'c{c}'"))}}}",
            ["args"] = "{'batch': 1, 'half': False, 'dynamic': False, 'simplify': True, 'opset': None, 'nms': False}",
        };
        foreach (var (key, value) in more) metadata[key] = value;
        foreach (var (key, value) in metadata) model.Metadata[key] = value;
        return model;
    }

    public static OnnxModel WithNames(this OnnxModel model, int classes)
    {
        model.SetNames([.. Enumerable.Range(0, classes).Select(c => $"c{c}")]);
        return model;
    }

    /// <summary>The number of cells of an input at some strides.</summary>
    public static int Cells(int width, int height, params int[] strides) => strides.Sum(s => width / s * (height / s));
}
