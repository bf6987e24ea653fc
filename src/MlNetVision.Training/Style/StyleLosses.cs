using MlNetVision.Gradients.Losses;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Training.Style;

/// <summary>
/// The losses of neural style transfer, appended to a network as standard operators that end in a scalar output: Gatys, Ecker,
/// Bethge, "A Neural Algorithm of Artistic Style", arXiv:1508.06576 (equations 1, 3 to 5 and 7); total variation as in Mahendran
/// and Vedaldi, arXiv:1412.0035, section 3, with β = 2. The model is changed in place and returned. The sizes of its tensors
/// must be known, so fix the size of its input first.
/// </summary>
public static class StyleLosses
{
    /// <summary>Content: ½ · Σ (F − P)² over all elements of a layer, with F of the image and P of the photo.</summary>
    /// <param name="model">The network.</param>
    /// <param name="features">The tensor F, such as the output of a ReLU: float 1 × C × H × W, or of any other shape.</param>
    /// <param name="target">The name of P: a tensor of the graph, or a new input of F's shape. Default: <c>content</c>.</param>
    /// <param name="output">The name of the loss. Default: <c>content_loss</c>.</param>
    /// <exception cref="BadModelException">The model is too old, or has no such float tensor.</exception>
    public static OnnxModel AddContent(OnnxModel model, string features, string target = "content", string output = "content_loss")
    {
        var loss = new LossWriter(model, output);
        var f = loss.Tensor(features);
        var p = loss.Target(target, DataType.Float, loss.ShapeOf(f));
        loss.Output((f - p).Square().Sum(null, keepAxes: false) * 0.5f);
        return model;
    }

    /// <summary>
    /// Style: Σ (G − A)² / (4 · C² · M²) over the Gram matrices of a layer of C channels and M positions. A may come from a
    /// image of another size: what is fed is A / (2 · C · M), as <see cref="AddGram"/> gives it for that image.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="features">The layer: float 1 × C × H × W of known sizes.</param>
    /// <param name="target">The name of A / (2 · C · M): a tensor of the graph, or a new input C × C. Default: <c>style</c>.</param>
    /// <param name="output">The name of the loss. Default: <c>style_loss</c>.</param>
    /// <exception cref="BadModelException">The model is too old, or has no such float tensor of known sizes.</exception>
    public static OnnxModel AddStyle(OnnxModel model, string features, string target = "style", string output = "style_loss")
    {
        var loss = new LossWriter(model, output);
        var (gram, channels) = Gram(model, loss, features);
        loss.Output((gram - loss.Target(target, DataType.Float, channels, channels)).Square().Sum(null, keepAxes: false));
        return model;
    }

    /// <summary>
    /// The Gram matrix of a layer, G_ij = Σ_k F_ik · F_jk, divided by 2 · C · M: an output C × C, the target of <see cref="AddStyle"/>.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="features">The layer: float 1 × C × H × W of known sizes.</param>
    /// <param name="output">The name of the matrix.</param>
    /// <exception cref="BadModelException">The model is too old, or has no such float tensor of known sizes.</exception>
    public static OnnxModel AddGram(OnnxModel model, string features, string output)
    {
        var loss = new LossWriter(model, output);
        var (gram, channels) = Gram(model, loss, features);
        loss.Output(gram, channels, channels);
        return model;
    }

    /// <summary>Total variation: Σ (x − its right neighbour)² + Σ (x − the one below)² over all channels.</summary>
    /// <param name="model">The network.</param>
    /// <param name="image">The tensor x, such as the input: float 1 × C × H × W or 1 × H × W × C.</param>
    /// <param name="layout">The order of its axes.</param>
    /// <param name="output">The name of the loss. Default: <c>total_variation</c>.</param>
    /// <exception cref="BadModelException">The model is too old, or has no such float tensor.</exception>
    public static OnnxModel AddTotalVariation(OnnxModel model, string image, PixelLayout layout, string output = "total_variation")
    {
        var loss = new LossWriter(model, output);
        var x = loss.Tensor(image);
        var (rows, columns) = layout == PixelLayout.Nchw ? (2, 3) : (1, 2);
        loss.Output(Steps(x, rows) + Steps(x, columns));
        return model;
    }

    private static GraphTensor Steps(GraphTensor x, long axis) =>
        (x.Slice(1, long.MaxValue, axis) - x.Slice(0, -1, axis)).Square().Sum(null, keepAxes: false);

    private static (GraphTensor Gram, long Channels) Gram(OnnxModel model, LossWriter loss, string features)
    {
        var f = loss.Tensor(features);
        if (loss.ShapeOf(f) is not [_, > 0 and var channels, > 0 and var rows, > 0 and var columns])
            throw new BadModelException(
                $"{model.Name}: '{features}' is expected to be 1 × channels × height × width, all of them known, for a Gram matrix.");
        var positions = rows * columns;
        // The factor first: products of raw features would reach 10¹², and their squares the end of float's digits.
        var scaled = f.Reshape(channels, positions) * (float)(1 / Math.Sqrt(2.0 * channels * positions));
        return (scaled.MatMul(scaled.Transpose(1, 0)), channels);
    }
}

/// <summary>The losses of an image: each term as it is defined in <see cref="StyleLosses"/>, and the weighted sum.</summary>
/// <param name="Content">½ · Σ (F − P)².</param>
/// <param name="Styles">Σ (G − A)² / (4 · C² · M²) of each style layer, in the order of the options.</param>
/// <param name="TotalVariation">Squared differences of neighbours.</param>
/// <param name="Total">The sum of all, each by its weight.</param>
public sealed record StyleTerms(double Content, IReadOnlyList<double> Styles, double TotalVariation, double Total)
{
    /// <summary>The same, each by its weight, so that they add up to the total; null where they are that already.</summary>
    public StyleTerms? Weighted { get; init; }
}
