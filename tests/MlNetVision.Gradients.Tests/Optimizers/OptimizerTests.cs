using MlNetVision.Gradients.Optimizers;

namespace MlNetVision.Gradients.Tests.Optimizers;

[TestClass]
public sealed class OptimizerTests
{
    private const double Rate = 0.05;

    private static readonly Dictionary<string, Func<IOptimizer>> Makers = new()
    {
        ["sgd plain"] = () => new SgdOptimizer(new SgdOptions { Momentum = 0 }),
        ["sgd"] = () => new SgdOptimizer(new SgdOptions { Momentum = 0.8f }),
        ["sgd nesterov"] = () => new SgdOptimizer(new SgdOptions { Momentum = 0.8f, Nesterov = true, WeightDecay = 0.1f }),
        ["adam"] = () => new AdamOptimizer(new AdamOptions { Beta1 = 0.8f, Beta2 = 0.95f, Epsilon = 1e-3f }),
        ["adamw"] = () => new AdamWOptimizer(new AdamWOptions { WeightDecay = 0.3f }),
    };

    public static IEnumerable<object[]> Kinds => Makers.Keys.Select(k => new object[] { k });

    /// <summary>The formulas of the papers, one value at a time and in double precision.</summary>
    private static double[] Reference(string kind, double[] start, Func<int, float[]> gradient, int steps)
    {
        var w = start.ToArray();
        var (m, v) = (new double[w.Length], new double[w.Length]);
        for (var t = 1; t <= steps; t++)
        {
            var gradients = gradient(t);
            for (var i = 0; i < w.Length; i++)
            {
                double g = gradients[i];
                switch (kind)
                {
                    case "sgd plain": w[i] -= Rate * g; break;
                    case "sgd":
                        m[i] = (0.8 * m[i]) + g;
                        w[i] -= Rate * m[i];
                        break;
                    case "sgd nesterov":
                        g += 0.1 * w[i];
                        m[i] = (0.8 * m[i]) + g;
                        w[i] -= Rate * (g + (0.8 * m[i]));
                        break;
                    default:
                        var (beta1, beta2, epsilon) = kind == "adam" ? (0.8, 0.95, 1e-3) : (0.9, 0.999, 1e-8);
                        if (kind == "adamw") w[i] -= Rate * 0.3 * w[i];
                        m[i] = (beta1 * m[i]) + ((1 - beta1) * g);
                        v[i] = (beta2 * v[i]) + ((1 - beta2) * g * g);
                        w[i] -= Rate * (m[i] / (1 - Math.Pow(beta1, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(beta2, t))) + epsilon);
                        break;
                }
            }
        }
        return w;
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Step_ManyTimes_FollowsFormulaInDoublePrecision(string kind)
    {
        var tensor = Tensors.Random("w", 1, 3, 67);
        var start = tensor.Values.Select(v => (double)v).ToArray();
        float[] Gradient(int t)
        {
            Tensors.Fill(tensor, t);
            return [.. tensor.Gradient];
        }

        var expected = Reference(kind, start, Gradient, 20);
        var optimizer = Makers[kind]();
        for (var t = 1; t <= 20; t++)
        {
            Tensors.Fill(tensor, t);
            optimizer.Step([tensor], (float)Rate);
        }
        for (var i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], tensor.Values[i], 2e-5, $"value {i}");
    }

    [TestMethod]
    [DataRow("sgd plain", 0.9f, 0.85f)]     // 1 − 0.05·2, then − 0.05·1
    [DataRow("sgd", 0.9f, 0.77f)]           // v = 2, then 0.8·2 + 1 = 2.6
    public void Step_Sgd_HandWorked(string kind, float first, float second)
    {
        var tensor = new TrainableTensor("w", [1], [1f], [2f]);
        var optimizer = Makers[kind]();
        optimizer.Step([tensor], 0.05f);
        Assert.AreEqual(first, tensor.Values[0], 1e-6f);
        tensor.Gradient[0] = 1;
        optimizer.Step([tensor], 0.05f);
        Assert.AreEqual(second, tensor.Values[0], 1e-6f);
    }

    /// <summary>At the first step m̂ = g and v̂ = g², so Adam steps by η·sign(g) whatever the size of g.</summary>
    [TestMethod]
    [DataRow(1e-4f)]
    [DataRow(-3f)]
    [DataRow(1e6f)]
    public void Step_AdamFirst_MovesByRateAgainstSign(float gradient)
    {
        var tensor = new TrainableTensor("w", [1], [0f], [gradient]);
        new AdamOptimizer().Step([tensor], 0.01f);
        Assert.AreEqual(-0.01f * MathF.Sign(gradient), tensor.Values[0], 2e-6f);
    }

    /// <summary>Without a gradient AdamW multiplies by 1 − ηλ at every step, and a vector (a bias) does not decay.</summary>
    [TestMethod]
    public void Step_AdamWWithoutGradient_OnlyMatricesDecay()
    {
        var (matrix, bias) = (new TrainableTensor("w", [1, 1], [2f]), new TrainableTensor("b", [1], [2f]));
        var optimizer = new AdamWOptimizer(new AdamWOptions { WeightDecay = 0.5f });
        for (var i = 0; i < 10; i++) optimizer.Step([matrix, bias], 0.1f);
        Assert.AreEqual(2 * Math.Pow(0.95, 10), matrix.Values[0], 1e-6);
        Assert.AreEqual(2f, bias.Values[0]);
    }

    /// <summary>On f(w) = (w − 3)²/2 plain descent leaves (1 − η)ᵗ of the distance.</summary>
    [TestMethod]
    public void Step_PlainOnParabola_ShrinksDistanceGeometrically()
    {
        var tensor = new TrainableTensor("w", [], [0f]);
        var optimizer = new SgdOptimizer(new SgdOptions { Momentum = 0 });
        for (var t = 0; t < 30; t++)
        {
            tensor.Gradient[0] = tensor.Values[0] - 3;
            optimizer.Step([tensor], 0.1f);
        }
        Assert.AreEqual(3 - (3 * Math.Pow(0.9, 30)), tensor.Values[0], 1e-5);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Step_LongTensor_GivesBitsOfItsPieces(string kind)
    {
        const int Piece = 40_000;
        var whole = Tensors.Random("w", 5, 5, Piece);
        var pieces = Enumerable.Range(0, 5).Select(i => new TrainableTensor($"{i}", [1, Piece], whole.Values[(i * Piece)..((i + 1) * Piece)])).ToArray();
        var (one, many) = (Makers[kind](), Makers[kind]());
        for (var t = 0; t < 3; t++)
        {
            Tensors.Fill(whole, t);
            for (var i = 0; i < 5; i++) whole.Gradient.AsSpan(i * Piece, Piece).CopyTo(pieces[i].Gradient);
            one.Step([whole], 0.01f);
            many.Step(pieces, 0.01f);
        }
        CollectionAssert.AreEqual(pieces.SelectMany(p => p.Values).ToArray(), whole.Values);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Load_StateOfOther_GoesOnWithSameBits(string kind)
    {
        TrainableTensor[] tensors = [Tensors.Random("kernel", 1, 7, 11), Tensors.Random("bias", 2, 5)];
        var optimizer = Makers[kind]();
        for (var t = 0; t < 5; t++) Next(optimizer, tensors, t);
        var copies = tensors.Select(t => new TrainableTensor(t.Name, t.Shape, [.. t.Values])).ToArray();
        var resumed = Makers[kind]();
        Load(resumed, Save(optimizer));
        for (var t = 5; t < 9; t++)
        {
            Next(optimizer, tensors, t);
            Next(resumed, copies, t);
        }
        for (var i = 0; i < tensors.Length; i++) CollectionAssert.AreEqual(tensors[i].Values, copies[i].Values);
        CollectionAssert.AreEqual(Save(optimizer), Save(resumed));
    }

    [TestMethod]
    public void Load_StateOfOtherKindOrCutShort_ThrowsAndKeepsState()
    {
        var tensor = Tensors.Random("w", 1, 9);
        var adam = new AdamOptimizer();
        adam.Step([tensor], 0.1f);
        var state = Save(adam);
        var e = Assert.ThrowsExactly<InvalidDataException>(() => Load(new SgdOptimizer(), state));
        Assert.Contains("'adam', expected 'sgd'", e.Message);
        for (var length = 0; length < state.Length; length++)
            Assert.ThrowsExactly<InvalidDataException>(() => Load(adam, state[..length]), $"cut at {length}");
        CollectionAssert.AreEqual(state, Save(adam));
    }

    [TestMethod]
    public void Load_AnyByteChanged_LoadsOrSaysSo()
    {
        var adam = new AdamOptimizer();
        adam.Step([Tensors.Random("w", 1, 3)], 0.1f);
        var state = Save(adam);
        for (var i = 0; i < state.Length; i++)
        {
            foreach (var value in new byte[] { 0, 1, 127, 255 })
            {
                var damaged = state.ToArray();
                damaged[i] = value;
                try
                {
                    Load(new AdamOptimizer(), damaged);
                }
                catch (InvalidDataException)
                {
                }
            }
        }
    }

    [TestMethod]
    public void Step_TensorChangedOrWithoutGradient_Throws()
    {
        var optimizer = new AdamOptimizer();
        optimizer.Step([Tensors.Random("w", 1, 9)], 0.1f);
        Assert.Contains("state has 9", Assert.ThrowsExactly<ArgumentException>(() => optimizer.Step([Tensors.Random("w", 1, 8)], 0.1f)).Message);
        Assert.Contains("no gradient", Assert.ThrowsExactly<ArgumentException>(() => optimizer.Step([new TrainableTensor("m", [1], [1f], [])], 0.1f)).Message);
    }

    [TestMethod]
    public void Construct_SettingOutOfRange_Throws()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new SgdOptimizer(new SgdOptions { Momentum = 1 }));
        Assert.ThrowsExactly<ArgumentException>(() => new SgdOptimizer(new SgdOptions { Momentum = 0, Nesterov = true }));
        Assert.ThrowsExactly<ArgumentException>(() => new SgdOptimizer(new SgdOptions { WeightDecay = float.NaN }));
        Assert.ThrowsExactly<ArgumentException>(() => new AdamOptimizer(new AdamOptions { Beta2 = 1 }));
        Assert.ThrowsExactly<ArgumentException>(() => new AdamOptimizer(new AdamOptions { Epsilon = 0 }));
        Assert.ThrowsExactly<ArgumentException>(() => new AdamWOptimizer(new AdamWOptions { WeightDecay = -1 }));
    }

    private static void Next(IOptimizer optimizer, TrainableTensor[] tensors, int t)
    {
        for (var i = 0; i < tensors.Length; i++) Tensors.Fill(tensors[i], (100 * t) + i);
        optimizer.Step(tensors, 0.02f);
    }

    private static byte[] Save(IOptimizer optimizer)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream)) optimizer.Save(writer);
        return stream.ToArray();
    }

    private static void Load(IOptimizer optimizer, byte[] state)
    {
        using var reader = new BinaryReader(new MemoryStream(state));
        optimizer.Load(reader);
    }
}
