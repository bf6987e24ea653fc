using Microsoft.ML;
using MlNetVision.Training.Tests.Classification;
using MlNetVision.Training.Vision;

namespace MlNetVision.Training.Tests.Estimators;

/// <summary>A workspace is the user's folder: a training removes and replaces nothing in or around it that no training wrote.</summary>
/// <remarks>
/// A training that fails these tests may remove what a name leads to. So names that lead out of the folder of the test are only asked about
/// (<see cref="WorkspaceNames.Of"/> touches no files), and never trained with.
/// </remarks>
[TestClass]
public sealed class WorkspaceTests : IDisposable
{
    private const string TrainCache = "trainSetBottleneckFile.csv";
    private const string ValidationCache = "validationSetBottleneckFile.csv";
    private const string TrainOption = nameof(ImageClassificationTrainer.Options.TrainSetBottleneckCachedValuesFileName);
    private const string ValidationOption = nameof(ImageClassificationTrainer.Options.ValidationSetBottleneckCachedValuesFileName);
    private const string PrefixOption = nameof(ImageClassificationTrainer.Options.FinalModelPrefix);

    // The workspace lies in a folder with other things of the user.
    private readonly string _around = Directory.CreateTempSubdirectory("workspace").FullName;
    private readonly ColourFolders _images = new(1, 1);
    private readonly TemporaryFile _network = new(".onnx");
    private readonly MLContext _ml = new(1);
    private int _epochs;

    public WorkspaceTests()
    {
        TinyBackbone.Build().Save(_network.Path);
        Write("precious.txt");
        Write("W/precious.txt");
        Write("W/folder/precious.csv");
    }

    private string Folder => Path.Combine(_around, "W");

    [TestMethod]
    [DataRow("")]
    [DataRow(" ")]
    [DataRow(".")]
    [DataRow("..")]
    [DataRow("...")]
    [DataRow("./")]
    [DataRow("../W")]
    [DataRow("folder/precious.csv")]
    [DataRow("a/b")]
    [DataRow(@"a\b")]
    [DataRow("folder.")]
    [DataRow("folder ")]
    [DataRow(" folder")]
    [DataRow("a\tb")]
    [DataRow(null)]
    public void Fit_CacheNameThatIsNoPlainName_IsRefusedBeforeAnyWork(string? name)
    {
        AssertRefused(TrainOption, o => o.TrainSetBottleneckCachedValuesFileName = name!);
        AssertRefused(ValidationOption, o => o.ValidationSetBottleneckCachedValuesFileName = name!);
    }

    [TestMethod]
    public void Fit_CacheNameThatIsAnAbsolutePath_IsRefusedBeforeAnyWork() => AssertRefused(TrainOption, o => o.TrainSetBottleneckCachedValuesFileName = _around);

    [TestMethod]
    [DataRow("/")]
    [DataRow("/a")]
    [DataRow("../..")]
    [DataRow(@"..\..")]
    [DataRow(@"C:\")]
    [DataRow("C:")]
    [DataRow(@"\\server\share")]
    public void Of_NameThatLeadsAnywhere_Throws(string name)
    {
        foreach (var (option, options) in new (string, ImageClassificationTrainer.Options)[]
        {
            (TrainOption, new() { TrainSetBottleneckCachedValuesFileName = name }),
            (ValidationOption, new() { ValidationSetBottleneckCachedValuesFileName = name }),
            (PrefixOption, new() { FinalModelPrefix = name }),
        })
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => WorkspaceNames.Of(options, "network.onnx"));
            StringAssert.Contains(error.Message, option);
            StringAssert.Contains(error.Message, $"'{name}'");
        }
    }

    [TestMethod]
    [DataRow("../")]
    [DataRow("folder/")]
    [DataRow(@"..\")]
    public void Fit_ModelPrefixThatLeadsElsewhere_IsRefusedBeforeAnyWork(string prefix) => AssertRefused(PrefixOption, o => o.FinalModelPrefix = prefix);

    [TestMethod]
    [DataRow(ValidationCache, ValidationCache, ValidationOption)]
    [DataRow("VALIDATIONSETBOTTLENECKFILE.CSV", ValidationCache, ValidationOption)]
    [DataRow("head.checkpoint", ValidationCache, TrainOption)]
    [DataRow("Fine-Tuning.checkpoint", ValidationCache, TrainOption)]
    [DataRow(TrainCache, TrainCache, ValidationOption)]
    [DataRow(TrainCache, "head.checkpoint", ValidationOption)]
    public void Fit_NameThatIsTaken_IsRefusedBeforeAnyWork(string train, string validation, string option) => AssertRefused(
        option, o => (o.TrainSetBottleneckCachedValuesFileName, o.ValidationSetBottleneckCachedValuesFileName) = (train, validation));

    [TestMethod]
    public void Fit_CacheOfTheModelsName_IsRefusedBeforeAnyWork() =>
        AssertRefused(TrainOption, o => (o.FinalModelPrefix, o.TrainSetBottleneckCachedValuesFileName) = ("m-", $"m-{Path.GetFileName(_network.Path)}"));

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Fit_ForeignFilesInTheWorkspace_Survive(bool reuse)
    {
        // Among them names that resemble those of a training.
        foreach (var name in new[]
        {
            $"{TrainCache}/precious.txt", $"{TrainCache}/folder/precious.features", $"{TrainCache}/precious.features", $"{TrainCache}/{new string('a', 32)}.features",
            $"{ValidationCache}/precious.txt", $"{ValidationCache}/{new string('0', 32)}.features", "head.checkpoint.old.partial", "images-of-mine/a.png", "custom_retrained_model_based_on_.onnx",
        }) Write($"W/{name}");
        var before = Snapshot();
        for (var run = 0; run < 2; run++)
        {
            Fit(o => o.ReuseTrainSetBottleneckCachedValues = reuse);
            foreach (var (path, content) in before) Assert.AreEqual(content, Snapshot().GetValueOrDefault(path), path);
        }
        Assert.AreEqual("images-of-mine", Path.GetFileName(Directory.GetDirectories(Folder, "images-*").Single()));
    }

    [TestMethod]
    public void Fit_FeaturesOfAnotherNetwork_GoWhereTheyAreNotReused()
    {
        Fit(_ => { });
        var mine = Directory.GetFiles(Path.Combine(Folder, TrainCache), "*.features").Single();
        var other = TinyBackbone.Build();
        other.Graph.Initializer[0].RawData = Google.Protobuf.ByteString.CopyFrom(new byte[other.Graph.Initializer[0].RawData.Length]);
        other.Save(_network.Path);
        Fit(o => o.ReuseTrainSetBottleneckCachedValues = true);
        Assert.HasCount(2, Directory.GetFiles(Path.Combine(Folder, TrainCache), "*.features"));
        Fit(_ => { });
        Assert.AreNotEqual(mine, Directory.GetFiles(Path.Combine(Folder, TrainCache), "*.features").Single());
    }

    [TestMethod]
    [DataRow(TrainCache, TrainOption)]
    [DataRow(ValidationCache, ValidationOption)]
    [DataRow("head.checkpoint", "head.checkpoint")]
    [DataRow("fine-tuning.checkpoint", "fine-tuning.checkpoint")]
    public void Fit_ForeignFileOfANameOfTheTrainings_IsRefusedAndStays(string name, string told)
    {
        Write($"W/{name}");
        AssertRefused(told, _ => { });
        AssertRefused(told, o => (o.ReuseTrainSetBottleneckCachedValues, o.ReuseValidationSetBottleneckCachedValues) = (true, true));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Fit_ForeignFileOfTheFeaturesOwnName_IsRefusedAndStays(bool reuse)
    {
        Fit(_ => { });
        File.WriteAllText(Directory.GetFiles(Path.Combine(Folder, TrainCache), "*.features").Single(), "precious, and longer than the header of a file of features is: sixty-four bytes");
        AssertRefused(TrainOption, o => o.ReuseTrainSetBottleneckCachedValues = reuse);
    }

    [TestMethod]
    public void Fit_ForeignFileOrFolderOfTheModelsName_IsRefusedAndStays()
    {
        var name = $"custom_retrained_model_based_on_{Path.GetFileName(_network.Path)}";
        Write($"W/{name}");
        AssertRefused(PrefixOption, _ => { });
        File.Copy(_network.Path, Path.Combine(Folder, name), overwrite: true);
        AssertRefused(PrefixOption, _ => { });
        Write($"W/my-{Path.GetFileName(_network.Path)}/precious.txt");
        AssertRefused(PrefixOption, o => o.FinalModelPrefix = "my-");
    }

    [TestMethod]
    public void Fit_NetworkInTheWorkspaceAndNoPrefix_IsRefusedAndTheNetworkStays()
    {
        var own = Path.Combine(Folder, "own.onnx");
        File.Copy(_network.Path, own);
        AssertRefused(PrefixOption, o => (o.Featurizer, o.FinalModelPrefix) = (own, ""));
        // One that a training wrote is a network like any other where it is what features come from.
        Fit(o => o.FinalModelPrefix = "trained-");
        var trained = Path.Combine(Folder, $"trained-{Path.GetFileName(_network.Path)}");
        AssertRefused(PrefixOption, o => (o.Featurizer, o.Cut, o.FinalModelPrefix) = (trained, "block2_mean", ""));
    }

    [TestMethod]
    [DataRow(TrainCache, TrainOption, true)]
    [DataRow(ValidationCache, ValidationOption, true)]
    [DataRow(TrainCache, TrainOption, false)]
    public void Fit_CacheThatIsALinkOutOfTheWorkspace_IsRefusedAndStays(string name, string option, bool exists)
    {
        if (exists) Write("elsewhere/precious.txt");
        Link($"W/{name}", "elsewhere");
        AssertRefused(option, _ => { });
    }

    [TestMethod]
    public void Fit_LinksInTheWorkspace_StayWithWhatTheyLeadTo()
    {
        Write("elsewhere/precious.txt");
        Write($"W/{TrainCache}/precious.txt");
        Link("W/link", "elsewhere");
        Link($"W/{TrainCache}/link", "elsewhere");
        Link($"W/{TrainCache}/{new string('b', 32)}.features", "elsewhere/precious.txt");
        var before = Snapshot();
        for (var run = 0; run < 2; run++) Fit(_ => { });
        foreach (var (path, content) in before) Assert.AreEqual(content, Snapshot().GetValueOrDefault(path), path);
    }

    [TestMethod]
    public void Fit_WorkspaceThatIsAFile_IsRefusedAndStays() =>
        AssertRefused(nameof(ImageClassificationTrainer.Options.WorkspacePath), o => o.WorkspacePath = Path.Combine(Folder, "precious.txt"));

    public void Dispose()
    {
        _images.Dispose();
        _network.Dispose();
        Directory.Delete(_around, recursive: true);
    }

    private void AssertRefused(string told, Action<ImageClassificationTrainer.Options> set)
    {
        var before = Snapshot();
        _epochs = 0;
        var error = Assert.ThrowsExactly<ArgumentException>(() => Fit(set));
        StringAssert.Contains(error.Message, told);
        Assert.AreEqual(0, _epochs);
        CollectionAssert.AreEquivalent(before.ToList(), Snapshot().ToList());
    }

    private void Fit(Action<ImageClassificationTrainer.Options> set)
    {
        var options = new ImageClassificationTrainer.Options
        {
            FeatureColumnName = "Image", LabelColumnName = "LabelAsKey", Featurizer = _network.Path, Epoch = 1, WorkspacePath = Folder, ValidationSetFraction = null,
            MetricsCallback = _ => _epochs++,
        };
        set(options);
        _ml.MulticlassClassification.Trainers.ImageClassification(options).Fit(ImageRows.Of(_ml, _images));
    }

    private void Write(string name)
    {
        var path = Path.Combine(_around, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"precious: {name}");
    }

    private void Link(string name, string target)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Links need a privilege on Windows.");
        File.CreateSymbolicLink(Path.Combine(_around, name), Path.Combine(_around, target));
    }

    /// <summary>All files, folders and links with what they hold.</summary>
    private Dictionary<string, string> Snapshot() => new DirectoryInfo(_around)
        .EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .ToDictionary(e => Path.GetRelativePath(_around, e.FullName), e => e.LinkTarget ?? (e is FileInfo ? Convert.ToHexString(File.ReadAllBytes(e.FullName)) : "folder"));
}
