using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Upgrading;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Training.Style;

/// <summary>A style network, a feature network on its output, and the losses, as one graph for one image per run.</summary>
internal static class PerceptualGraph
{
    /// <summary>The photo's input name; the feature network's own input may have the same name as the style network's.</summary>
    public const string Photo = "perceptual.photo";

    /// <param name="style">The style network; it is not changed.</param>
    /// <param name="features">The feature network at this size; it is not changed.</param>
    /// <param name="normalization">The feature network's input normalisation.</param>
    /// <param name="terms">The losses.</param>
    public static OnnxModel Join(OnnxModel style, StyleFeatureNetwork features, PixelNormalization normalization, StyleTermGraph terms)
    {
        var model = features.Model.Clone();
        OperatorSetUpgrade.Raise(model);
        var graph = model.Graph;
        var behind = graph.Node.ToList();
        graph.Input.Remove(graph.Input.First(i => i.Name == features.Input));
        var side = features.Shape[2];
        graph.Input.Insert(0, OnnxValue.Info(Photo, DataType.Float, [1, 3, side, side]));
        var between = Between(features, normalization).Graph;
        var painter = style.Graph.Node.Select(n => n.Clone()).ToList();
        painter[0].Input[0] = Photo;
        graph.Node.Clear();
        graph.Node.AddRange([.. painter, .. between.Node, .. behind]);
        graph.Initializer.AddRange([.. style.Graph.Initializer.Select(t => t.Clone()), .. between.Initializer]);
        graph.Output.Clear();
        model.Proto.IrVersion = Math.Max(model.Proto.IrVersion, style.Proto.IrVersion);
        graph.Output.Add(style.Graph.Output[0].Clone());
        terms.Append(model, features.Tensors, TransformNetwork.Output, PixelLayout.Nchw);
        return model;
    }

    private static OnnxModel Between(StyleFeatureNetwork features, PixelNormalization normalization)
    {
        var graph = new GraphWriter("between", "between/");
        var x = graph[TransformNetwork.Output];
        if (normalization.Bgr) x = x.Gather(graph.Integers(2, 1, 0), axis: 1);
        x -= graph.Floats([.. normalization.Mean], 1, 3, 1, 1);
        if (features.Layout == PixelLayout.Nhwc) x = x.Transpose(0, 2, 3, 1);
        graph.Node("Identity", features.Input, [x]);
        return graph.Build();
    }
}
