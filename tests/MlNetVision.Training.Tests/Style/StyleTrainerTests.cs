using MlNetVision.Style;
using MlNetVision.Tests.Imaging;
using MlNetVision.Training.Style;

namespace MlNetVision.Training.Tests.Style;

[TestClass]
public sealed class StyleTrainerTests : IDisposable
{
    private static readonly StyleTrainingOptions Options = new()
    {
        ContentLayers = [new("second", 1)], StyleLayers = [new("first", 1)], Preprocess = "unit", StyleWeight = 100, Threads = 1,
        Steps = 12, BatchSize = 2, Crop = 32, Width = 0.1f, LearningRate = 0.01f, KeepEvery = 4,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("style").FullName;
    private readonly string[] _photos;
    private readonly string _painting;

    public StyleTrainerTests()
    {
        _photos = [Path.Combine(_folder, "a.png"), Path.Combine(_folder, "b.png")];
        _painting = Path.Combine(_folder, "painting.png");
        using var a = TestPictures.Gradient(60, 40);
        using var b = TestPictures.Noise(40, 50);
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
        var checkpoint = Path.Combine(_folder, "style.checkpoint");
        using var stop = new CancellationTokenSource();
        var part = Train(Options, new() { Checkpoint = checkpoint, Progress = p => { if (p.Step == 7) stop.Cancel(); } }, stop.Token);
        Assert.AreEqual((7, true), (part.Steps, part.IsCancelled));
        var resumed = Train(Options, new() { Checkpoint = checkpoint });
        CollectionAssert.AreEqual(whole.Model.ToBytes(), resumed.Model.ToBytes());
    }

    [TestMethod]
    public void Train_AnySize_OpensAsAStylizer()
    {
        using var stylizer = ImageStylizer.Load(Train(Options with { Steps = 1 }, new()).Model);
        using var picture = TestPictures.Gradient(61, 47);
        using var result = stylizer.Stylize(picture);
        Assert.IsTrue(stylizer.TakesAnySize);
        Assert.AreEqual((61, 47), (result.Picture.Width, result.Picture.Height));
    }

    [TestMethod]
    public void Train_PhotosBroken_NamesThem()
    {
        var broken = Path.Combine(_folder, "broken.png");
        File.WriteAllText(broken, "no picture");
        var trained = StyleTrainer.Train(TinyFeatures.Create(), _painting, [_photos[0], broken], Options with { Steps = 1 });
        Assert.AreEqual(broken, trained.Unreadable.Single().Path);
        StringAssert.Contains(Assert.ThrowsExactly<BadDataSetException>(() => StyleTrainer.Train(TinyFeatures.Create(), _painting, [broken], Options)).Message, broken);
    }

    private TrainedStyle Train(StyleTrainingOptions options, StyleTrainingRun run, CancellationToken cancellation = default) =>
        StyleTrainer.Train(TinyFeatures.Create(), _painting, _photos, options, run, cancellation);
}
