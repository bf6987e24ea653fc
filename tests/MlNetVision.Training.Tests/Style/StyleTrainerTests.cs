using Microsoft.ML.OnnxRuntime;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Tests.Imaging;
using MlNetVision.Training.Style;

namespace MlNetVision.Training.Tests.Style;

[TestClass]
public sealed class StyleTrainerTests : IDisposable
{
    private const int Side = 32;

    /// <summary>The painting of 40×50 at a shorter side of 32.</summary>
    private const int Longer = 40;

    private static readonly StyleTrainingOptions Options = new()
    {
        ContentLayers = [new("second", 1)], StyleLayers = [new("first", 1)], Preprocess = "unit", ContentWeight = 3, StyleWeight = 0.001f, TotalVariationWeight = 0.01f, Threads = 1,
        Steps = 8, BatchSize = 2, Crop = Side, Width = 0.1f, LearningRate = 0.01f, KeepEvery = 4,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("style").FullName;
    private readonly string[] _photos;
    private readonly string _painting;

    public StyleTrainerTests()
    {
        _photos = [Path.Combine(_folder, "a.png"), Path.Combine(_folder, "b.png")];
        _painting = Path.Combine(_folder, "painting.png");
        using var a = TestImages.Gradient(60, 40);
        using var b = TestImages.Noise(40, 50);
        a.Save(_photos[0]);
        b.Save(_photos[1]);
        b.Save(_painting);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Train_StoppedAndResumed_IsTheUnbrokenNetworkAndLosesLoss()
    {
        var losses = new List<double>();
        var whole = Train(Options, new() { Progress = p => losses.Add(p.Losses.Total) });
        Assert.IsLessThan(losses[0], losses[^1]);
        using var stop = new CancellationTokenSource();
        var part = Train(Options, new() { Workspace = _folder, Progress = p => { if (p.Step == 5) stop.Cancel(); } }, stop.Token);
        Assert.AreEqual((5, true), (part.Steps, part.IsCancelled));
        var resumed = Train(Options, new() { Workspace = _folder });
        CollectionAssert.AreEqual(whole.Model.ToBytes(), resumed.Model.ToBytes());
    }

    [TestMethod]
    [DataRow("bit")]
    [DataRow("cut")]
    [DataRow("empty")]
    [DataRow("another run's")]
    public void Train_DamagedCheckpoint_GoesOnFromTheOneBeforeAndIsTheUnbrokenNetwork(string damage)
    {
        var whole = Train(Options, new());
        using var stop = new CancellationTokenSource();
        Train(Options, new() { Workspace = _folder, Progress = p => { if (p.Step == 7) stop.Cancel(); } }, stop.Token);
        var file = Directory.GetFiles(_folder, "*.checkpoint").Single();
        var bytes = File.ReadAllBytes(file);
        if (damage == "bit") bytes[bytes.Length / 2] ^= 16;
        else if (damage == "cut") bytes = bytes[..(bytes.Length / 3)];
        else if (damage == "empty") bytes = [];
        else
        {
            var other = Directory.CreateDirectory(Path.Combine(_folder, "other")).FullName;
            Train(Options with { Steps = 1, Seed = 9 }, new() { Workspace = other });
            bytes = File.ReadAllBytes(Path.Combine(other, Path.GetFileName(file)));
        }
        File.WriteAllBytes(file, bytes);
        var (notes, steps) = (new List<string>(), new List<int>());
        var resumed = Train(Options, new() { Workspace = _folder, Log = notes.Add, Progress = p => steps.Add(p.Step) });
        CollectionAssert.AreEqual(whole.Model.ToBytes(), resumed.Model.ToBytes());
        StringAssert.Contains(notes.Single(), "resumes from the checkpoint before it");
        CollectionAssert.AreEqual(new[] { 5, 6, 7, 8 }, steps);
    }

    [TestMethod]
    public void Train_PaintingInMemory_IsResumedAsThatOfTheFile()
    {
        var whole = Train(Options, new());
        using var stop = new CancellationTokenSource();
        Train(Options, new() { Workspace = _folder, Progress = p => { if (p.Step == 5) stop.Cancel(); } }, stop.Token);
        var resumed = StyleTrainer.Train(TinyFeatures.Create(), File.ReadAllBytes(_painting), _photos, Options, new() { Workspace = _folder });
        CollectionAssert.AreEqual(whole.Model.ToBytes(), resumed.Model.ToBytes());
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Train_CancelledWhileTheNetworkRuns_StopsIt()
    {
        using var stop = Cancellation.After(TimeSpan.FromMilliseconds(500));
        var endless = SlowNetwork.Of(TinyFeatures.Create(), SlowNetwork.Endless);
        Assert.Throws<OperationCanceledException>(() => StyleTrainer.Train(endless, _painting, _photos, Options, new(), stop.Token));
    }

    [TestMethod]
    public void Train_CheckpointOfOtherOptions_IsNotUsedAndSaidSo()
    {
        Train(Options with { Steps = 1 }, new() { Workspace = _folder });
        var (notes, steps) = (new List<string>(), new List<int>());
        Train(Options with { Steps = 2, StyleWeight = 0.002f }, new() { Workspace = _folder, Log = notes.Add, Progress = p => steps.Add(p.Step) });
        StringAssert.Contains(notes.Single(), "other options");
        CollectionAssert.AreEqual(new[] { 1, 2 }, steps);
    }

    [TestMethod]
    public void Train_CheckpointOfOtherOptionsThatMustBeResumed_IsRefusedAndKept()
    {
        Train(Options with { Steps = 2 }, new() { Workspace = _folder });
        var before = Checkpoints();
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => Train(Options with { Steps = 4, StyleWeight = 0.002f }, new() { Workspace = _folder, MustResume = true }));
        StringAssert.Contains(error.Message, "style.checkpoint: the checkpoint belongs to other images, another network or other options. Nothing was changed");
        CollectionAssert.AreEqual(before, Checkpoints());
        Assert.AreEqual(4, Train(Options with { Steps = 4 }, new() { Workspace = _folder, MustResume = true }).Steps);

        string[] Checkpoints() => [.. Directory.GetFiles(_folder, "*.checkpoint*").Order().Select(file => Convert.ToHexString(File.ReadAllBytes(file)))];
    }

    /// <summary>The losses that the second step reports are those of the network that the first step gave away, run by ONNX Runtime alone.</summary>
    [TestMethod]
    public void Train_SecondStep_HasTheLossesOfTheExportedNetworkByPlainLoops()
    {
        var (models, losses) = (new List<OnnxModel>(), new List<StyleTerms>());
        Train(Options with { Steps = 2, BatchSize = 1, KeepEvery = 1 }, new() { Kept = (_, model) => models.Add(model), Progress = p => losses.Add(p.Losses) });
        using var crop = new PhotoCrops(_photos, Side, Options.Seed).At(1);
        using var image = RgbImage.Load(_painting);
        var photo = new ImageTensor(PixelNormalization.Raw, PixelLayout.Nchw).Of(crop, Side, Side);
        var painted = Run(models[0], photo, "stylized");
        var painting = new ImageTensor(PixelNormalization.Raw, PixelLayout.Nchw).Of(image, Side, Longer);
        var (content, style) = (3 * Mean(Layer("second", painted), Layer("second", photo)), Options.StyleWeight * Mean(Gram(Layer("first", painted)), Gram(Layer("first", painting))));
        var variation = 0.01 * Enumerable.Range(0, painted.Length).Sum(i =>
            (i % Side < Side - 1 ? Math.Pow(painted[i + 1] - painted[i], 2) : 0) + (i / Side % Side < Side - 1 ? Math.Pow(painted[i + Side] - painted[i], 2) : 0)) / painted.Length;
        Assert.AreEqual(content, losses[1].Content, content * 1e-4);
        Assert.AreEqual(style, losses[1].Styles.Single(), style * 1e-4);
        Assert.AreEqual(variation, losses[1].TotalVariation, variation * 1e-4);
        Assert.AreEqual(content + style + variation, losses[1].Total, losses[1].Total * 1e-4);

        float[] Layer(string name, float[] levels) => [.. Run(TinyFeatures.Create().Cut(name), [.. levels.Select(l => l / 255)], name).Select(v => v * 255)];
        double[] Gram(float[] features) => [.. from i in Enumerable.Range(0, 4) from j in Enumerable.Range(0, 4)
            let positions = features.Length / 4
            select Enumerable.Range(0, positions).Sum(k => (double)features[i * positions + k] * features[j * positions + k]) / features.Length];
        static double Mean<T>(T[] a, T[] b) where T : System.Numerics.INumber<T> => a.Zip(b, (x, y) => double.CreateChecked((x - y) * (x - y))).Average();
    }

    [TestMethod]
    public void Train_WeightsBeyondFloats_BlamesThemAndNotTheRate()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Train(Options with { StyleWeight = 1e38f }, new()));

        StringAssert.Contains(error.Message, "At step 1 the loss or its gradient is not a number: its weights are too large");
    }

    [TestMethod]
    public void Identity_UnderACultureOfCommas_IsThatOfAnyOther()
    {
        var before = System.Globalization.CultureInfo.CurrentCulture;
        var commas = (System.Globalization.CultureInfo)System.Globalization.CultureInfo.InvariantCulture.Clone();
        commas.NumberFormat.NumberDecimalSeparator = ",";
        var expected = Options.Identity();
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = commas;
            Assert.AreEqual("0,5", 0.5.ToString());
            Assert.AreEqual(expected, Options.Identity());
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void Train_NoPhotoReadable_NamesThem()
    {
        var broken = Path.Combine(_folder, "broken.png");
        File.WriteAllText(broken, "no image");
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => StyleTrainer.Train(TinyFeatures.Create(), _painting, [broken], Options)).Message, broken);
    }

    private static float[] Run(OnnxModel model, float[] values, string output)
    {
        using var session = new InferenceSession(model.ToBytes());
        using var run = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(values, [1, 3, values.Length / (3 * Side), Side]);
        using var outputs = session.Run(run, [model.Inputs[0].Name], [input], [output]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private TrainedStyle Train(StyleTrainingOptions options, StyleTrainingRun run, CancellationToken cancellationToken = default) =>
        StyleTrainer.Train(TinyFeatures.Create(), _painting, _photos, options, run, cancellationToken);
}
