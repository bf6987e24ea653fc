using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Pipelines;
using MlNetVision.Pipelines.Standalone;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Classification;

/// <summary>
/// A classifier for chains of ML.NET's own transforms. Their resize takes the nearest pixel, so the picture comes several times as large
/// as the network wants it, and the rest of the way is made by ONNX nodes before the network.
/// </summary>
internal static class StandaloneClassifier
{
    /// <summary>Uint8: the input, pixels of the larger picture.</summary>
    public const string Pixels = GraphOperators.Prefix + "Pixels";

    /// <summary>Float: the scores, one row.</summary>
    public const string Score = GraphOperators.Prefix + "Score";

    /// <summary>Int64, of one element: the class of the highest score.</summary>
    public const string Index = GraphOperators.Prefix + "Index";

    private const int MostTimes = 4;
    private const int LargestSide = 1024;

    /// <summary>How many times as large as the network's input pictures come: as many as 1,024 pixels allow, 4 at most.</summary>
    public static int TimesFor(ResizeOptions resize) => Math.Clamp(LargestSide / Math.Max(resize.Width, resize.Height), 1, MostTimes);

    /// <summary>A copy of the network as it stands in our own chains, with the reduction before it and these outputs more.</summary>
    /// <param name="network">The network.</param>
    /// <param name="times">How many times as large as the network's input pictures come.</param>
    public static OnnxModel Build(ClassificationNetwork network, int times)
    {
        var model = network.Prepare();
        var prefix = Reduction(NetworkInput.Of(model), times);
        for (var i = 0; i < prefix.Node.Count; i++) model.Graph.Node.Insert(i, prefix.Node[i]);
        model.Graph.Initializer.AddRange(prefix.Initializer);
        model.Graph.Input.Remove(model.Graph.Input.First(v => v.Name == PipelineColumns.Pixels));
        model.Graph.Input.Insert(0, prefix.Input[0]);
        StandaloneParts.Append(model.Graph, Answers(network.Settings.Labels.Count));
        return model;
    }

    /// <summary>A network without what <see cref="Build"/> has added to it, so that it takes pictures of its own size; the network itself where that is nothing.</summary>
    public static OnnxModel Strip(OnnxModel model)
    {
        if (model.Inputs is not [{ Name: Pixels } large]) return model;
        var stripped = model.Clone();
        StandaloneParts.RemoveOurs(stripped.Graph);
        var resize = PipelineJson.Read<ClassificationSettings>(model.Metadata[PipelineNetwork.SettingsKey] ?? "null", model.Name).Resize;
        long[] shape = large.Shape is [_, 3, _, _] ? [1, 3, resize.Height, resize.Width] : [1, resize.Height, resize.Width, 3];
        stripped.Graph.Input.Insert(0, OnnxGraphBuilder.ValueInfo(PipelineColumns.Pixels, DataType.Uint8, shape));
        return stripped;
    }

    private static GraphProto Reduction(NetworkInput input, int times)
    {
        var builder = new OnnxGraphBuilder("reduction");
        var planar = input.Layout == PixelLayout.Nchw;
        var (height, width) = ((long)input.Height * times, (long)input.Width * times);
        builder.Input(Pixels, DataType.Uint8, planar ? [1, 3, height, width] : [1, height, width, 3]);
        var large = Do("Cast", [Pixels], ("to", (long)DataType.Float));
        if (!planar) large = Do("Transpose", [large], ("perm", new long[] { 0, 3, 1, 2 }));
        var small = new TriangleFilter(times).Append(builder, large, input.Width, input.Height);
        if (!planar) small = builder.Node("Transpose", GraphOperators.Prefix + "Interleaved", [small], ("perm", new long[] { 0, 2, 3, 1 }));
        // To the nearest byte, as our own resize; a cast alone cuts off.
        var nearest = Do("Add", [small, builder.Floats(GraphOperators.Prefix + "Half", [0.5f], 1)]);
        builder.NodeWithOutputs("Cast", GraphOperators.Prefix + "Bytes", [nearest], [PipelineColumns.Pixels], ("to", (long)DataType.Uint8));
        return builder.Build().Graph;

        string Do(string operation, IEnumerable<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
            builder.Node(operation, GraphOperators.Prefix + operation, inputs, attributes);
    }

    private static GraphProto Answers(int classes)
    {
        var ops = new GraphOperators();
        ops.Output(Score, PipelineColumns.Outputs, DataType.Float, classes);
        ops.Output(Index, ops.Do("ArgMax", [PipelineColumns.Outputs], ("axis", 0L), ("keepdims", 1L)), DataType.Int64, 1);
        return ops.Build();
    }
}
