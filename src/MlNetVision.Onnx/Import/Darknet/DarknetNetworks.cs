namespace MlNetVision.Onnx.Import.Darknet;

/// <summary>The detectors that this library brings as <c>.cfg</c> text, to be trained from random weights. Thread-safe.</summary>
public static class DarknetNetworks
{
    /// <summary>
    /// <c>small</c>: seven convolutions, 0.8 million values, 320 × 320, for few classes and for processors. <c>base</c>: YOLO v2's form with its passthrough
    /// (arXiv:1612.08242, section 2), 416 × 416.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } = ["small", "base"];

    /// <summary>The text of a network.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is no such network; the message lists those there are.</exception>
    public static string Get(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!Names.Contains(name)) throw new ArgumentException($"There is no network '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
        using var stream = typeof(DarknetNetworks).Assembly.GetManifestResourceStream($"{name}.cfg")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
