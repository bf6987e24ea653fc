namespace MlNetVision.Onnx.Import.Darknet.Training;

/// <summary>The values that training starts with: those of a file where it has them, random ones elsewhere.</summary>
/// <param name="record">The file; null: none.</param>
/// <param name="changed">The numbers of the layers that mean something else than in the file.</param>
/// <param name="seed">The random seed.</param>
internal sealed class StartValues(DarknetRecord? record, IReadOnlySet<int> changed, int seed) : IDarknetValues
{
    /// <summary>An ONNX model holds less than 2 GB.</summary>
    private const long MostValues = 1 << 29;

    private readonly List<int> _loaded = [];
    private Int128 _count;

    public bool Transposed => record?.Transposed ?? false;

    /// <summary>The layers whose values are those of the file.</summary>
    public IReadOnlyList<int> Loaded => _loaded;

    public float[][] Read(DarknetSection section, Int128 inputs, params ReadOnlySpan<(DarknetPart Part, Int128 Count)> parts)
    {
        foreach (var (_, count) in parts) _count += count;
        if (_count > MostValues) throw section.Bad($"the network has {_count} values up to here; expected at most {MostValues}");
        if (!changed.Contains(section.Number) && record?[section.Number] is { } values && Fit(values, parts))
        {
            _loaded.Add(section.Number);
            return values;
        }
        var drawn = new float[parts.Length][];
        for (var i = 0; i < parts.Length; i++) drawn[i] = Draw(section, parts[i].Part, (int)parts[i].Count, inputs);
        return drawn;
    }

    private static bool Fit(float[][] values, ReadOnlySpan<(DarknetPart Part, Int128 Count)> parts)
    {
        if (values.Length != parts.Length) return false;
        for (var i = 0; i < values.Length; i++)
            if (values[i].Length != parts[i].Count) return false;
        return true;
    }

    private float[] Draw(DarknetSection section, DarknetPart part, int count, Int128 inputs)
    {
        var values = new float[count];
        if (part == DarknetPart.Scales || part == DarknetPart.Variances) Array.Fill(values, 1);
        else if (part == DarknetPart.Kernels) Draw(values, section, NextNormal, inputs);
        else if (part == DarknetPart.Matrix) Draw(values, section, random => (2 * random.NextDouble()) - 1, inputs);
        return values;
    }

    /// <summary>√(2/inputs) times random numbers: arXiv:1502.01852, equation 10.</summary>
    private void Draw(float[] values, DarknetSection section, Func<Random, double> next, Int128 inputs)
    {
        // A layer's numbers do not depend on the layers before it: those of a changed head leave the rest as it is.
        var seeds = new Random(seed);
        for (var i = 0; i < section.Number; i++) seeds.Next();
        var random = new Random(seeds.Next());
        var deviation = Math.Sqrt(2 / (double)inputs);
        for (var i = 0; i < values.Length; i++) values[i] = (float)(deviation * next(random));
    }

    /// <summary>Box and Muller, "A note on the generation of random normal deviates", 1958.</summary>
    private static double NextNormal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

/// <summary>The values of a network that was built before, at another size.</summary>
internal sealed class GivenValues(StoredValues given) : IDarknetValues
{
    public bool Transposed => false;

    public float[][] Read(DarknetSection section, Int128 inputs, params ReadOnlySpan<(DarknetPart Part, Int128 Count)> parts)
    {
        var values = new float[parts.Length][];
        for (var i = 0; i < parts.Length; i++)
        {
            var (part, count) = parts[i];
            values[i] = given.Of(part.Initializer(DarknetNetwork.LayerName(section)));
            if (values[i].Length != count) throw section.Bad($"has {values[i].Length} {part.Words}, and {count} at the other size; expected as many");
        }
        return values;
    }
}
