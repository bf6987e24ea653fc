namespace MlNetVision.Onnx.Import.Darknet;

/// <summary>Where the values of layers come from.</summary>
internal interface IDarknetValues
{
    /// <summary>Whether the matrices of [connected] lie by input instead of by output.</summary>
    bool Transposed { get; }

    /// <summary>All values of a layer.</summary>
    /// <param name="section">The layer.</param>
    /// <param name="inputs">The number of values that make one value of the layer's output, by which random kernels are drawn.</param>
    /// <param name="parts">The parts of the layer with their lengths, in the order of a <c>.weights</c> file.</param>
    float[][] Read(DarknetSection section, Int128 inputs, params ReadOnlySpan<(DarknetPart Part, Int128 Count)> parts);
}

/// <summary>A part of a layer's values in a <c>.weights</c> file.</summary>
/// <param name="Words">What messages call it.</param>
/// <param name="Name">The end of the initializer's name.</param>
/// <param name="IsTrained">Whether gradients change it; running statistics are measured.</param>
internal sealed record DarknetPart(string Words, string Name, bool IsTrained = true)
{
    public static readonly DarknetPart Biases = new("biases", "bias");
    public static readonly DarknetPart Scales = new("scales", "scale");
    public static readonly DarknetPart Means = new("means", "mean", IsTrained: false);
    public static readonly DarknetPart Variances = new("variances", "variance", IsTrained: false);
    public static readonly DarknetPart Kernels = new("kernels", "kernel");
    public static readonly DarknetPart Matrix = new("weights", "kernel");

    /// <summary>The name of the initializer of a layer.</summary>
    public string Initializer(string layer) => $"{layer}/{Name}";
}
