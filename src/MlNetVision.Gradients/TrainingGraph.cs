using MlNetVision.Gradients.Building;
using MlNetVision.Onnx;

namespace MlNetVision.Gradients;

/// <summary>
/// A network with its loss and the gradients of that loss as one ONNX graph, which ONNX Runtime's ordinary kernels run.
/// <see cref="GradientSession"/> runs it.
/// </summary>
/// <remarks>Reverse-mode differentiation: Griewank and Walther, "Evaluating Derivatives", chapter 3.</remarks>
public sealed class TrainingGraph
{
    internal TrainingGraph()
    {
    }

    /// <summary>
    /// The graph. Inputs: those of the network, the parameters, the masks of <see cref="Dropouts"/>. Outputs: the loss, those of the network,
    /// the gradients, and the batch statistics of <see cref="Statistics"/>.
    /// </summary>
    public required OnnxModel Model { get; init; }

    /// <summary>
    /// The given network with the loss, with parameters as initializers, into which <see cref="GradientSession.Export"/> writes trained values.
    /// </summary>
    public required OnnxModel Forward { get; init; }

    /// <summary>The name of the loss, an output of one element.</summary>
    public required string Loss { get; init; }

    /// <summary>The inputs to feed: those of the network and the loss, such as images and labels; null dimensions are free.</summary>
    public required IReadOnlyList<OnnxValue> Inputs { get; init; }

    /// <summary>The names of the trained tensors, inputs of <see cref="Model"/>.</summary>
    public required IReadOnlyList<string> Parameters { get; init; }

    /// <summary>The gradients: of the parameters in their order, then of <see cref="TrainingGraphOptions.WithRespectTo"/>.</summary>
    public required IReadOnlyList<GradientOf> Gradients { get; init; }

    /// <summary>The layers that normalise by the batch.</summary>
    public required IReadOnlyList<RunningStatistics> Statistics { get; init; }

    /// <summary>The masks of the Dropout layers, to be drawn anew at each step.</summary>
    public required IReadOnlyList<DropoutMask> Dropouts { get; init; }

    /// <summary>Differentiates a loss.</summary>
    /// <param name="model">The network with the loss appended, in float32; it is not changed. Operator sets before 17 are upgraded to it.</param>
    /// <param name="loss">The name of a tensor of one element. Several losses are summed in the graph, see
    /// <see cref="Losses.LossGraph.AddSum"/>.</param>
    /// <param name="parameters">Names of the float initializers to train; all others are constants. No gradient is computed below the first
    /// parameter.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="BadModelException">The model is invalid, or an operator between loss and parameters has no gradient here; the message names
    /// the node.</exception>
    /// <exception cref="ArgumentException">A name is not in the model, or the loss does not depend on it.</exception>
    public static TrainingGraph Differentiate(OnnxModel model, string loss, IReadOnlyList<string> parameters, TrainingGraphOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(loss);
        ArgumentNullException.ThrowIfNull(parameters);
        model.Check();
        return new TrainingGraphBuilder(model, loss, parameters, options ?? new()).Build();
    }
}

/// <summary>Settings of <see cref="TrainingGraph.Differentiate"/>.</summary>
public sealed record TrainingGraphOptions
{
    /// <summary>Inputs of the model to compute gradients of, such as an image that is optimised. Default none.</summary>
    public IReadOnlyList<string> WithRespectTo { get; init; } = [];

    /// <summary>
    /// Whether a BatchNormalization whose scale or bias is a parameter normalises by the batch and updates its running statistics; all
    /// others, and all where this is false, normalise by the running statistics, as in inference. Default true.
    /// </summary>
    public bool BatchStatistics { get; init; } = true;

    /// <summary>Whether Dropout nodes drop values; otherwise they pass them on, as in inference. Default true.</summary>
    public bool Dropout { get; init; } = true;

    /// <summary>Whether the training graph keeps the outputs of the model beside the loss and the gradients. Default true.</summary>
    public bool KeepOutputs { get; init; } = true;
}

/// <summary>The gradient of the loss by a tensor.</summary>
/// <param name="Tensor">The tensor: a parameter, or an input of the model.</param>
/// <param name="Output">The output of the training graph that holds its gradient, of its shape.</param>
public readonly record struct GradientOf(string Tensor, string Output);

/// <summary>An input of a training graph by which a layer is multiplied: 0 where values are dropped, 1/(1 − ratio) elsewhere.</summary>
/// <param name="Input">The name of the input, float, of the shape of the layer.</param>
/// <param name="Layer">The tensor that it is multiplied by, and whose shape it has.</param>
/// <param name="Ratio">The share of values that are dropped, above 0 and below 1.</param>
/// <remarks>Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.</remarks>
public readonly record struct DropoutMask(string Input, string Layer, float Ratio);

/// <summary>
/// The running mean and variance of a BatchNormalization in training form: after a step, running = momentum · running + (1 − momentum) · batch,
/// as ONNX defines it (the variance of the batch is the mean of (x − μ)²).
/// </summary>
/// <param name="Mean">The initializer of the model with the running mean, by which inference normalises.</param>
/// <param name="Variance">The initializer with the running variance.</param>
/// <param name="BatchMean">The output of the training graph with the mean of the batch, one value per channel.</param>
/// <param name="BatchVariance">The output with its variance.</param>
/// <param name="Momentum">The weight of the old value, 0 to 1.</param>
public readonly record struct RunningStatistics(string Mean, string Variance, string BatchMean, string BatchVariance, float Momentum);
