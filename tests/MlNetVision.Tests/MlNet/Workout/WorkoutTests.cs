using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;
using MlNetVision.Inference;
using MlNetVision.MlNet;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.MlNet.Workout;

/// <summary>Every transform of the catalogs under all that ML.NET does to rows; results are those of the plain API.</summary>
[TestClass]
public sealed class WorkoutTests : IDisposable
{
    private const int Threads = 8;

    // What another process is to load; see Load_InAProcessOfItsOwn.
    private const string FolderVariable = "MLNETVISION_WORKOUT_FOLDER";

    // A size that no row class declares, in this process or the other: see DeclaredSizes.
    private const int SizedWidth = 53, SizedHeight = 37;

    private readonly MLContext _ml = new(seed: 1);
    private readonly WorkoutSubjects _subjects = new();
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _paths;
    private readonly string _broken, _missing;

    public WorkoutTests()
    {
        _paths = [.. Enumerable.Range(1, 5).Select(i => _folder.Path($"image {i}.png"))];
        for (var i = 0; i < _paths.Length; i++)
        {
            using var image = TestImages.Noise(20 + (7 * i), 24 + i, seed: i);
            // Blue, green, red, … wins in turn.
            for (var p = 0; p < image.Pixels.Length; p += 4) image.Pixels[p + (2 - (i % 3))] |= 0xC0;
            image.Save(_paths[i]);
        }
        _missing = _folder.Path("missing.png");
        _broken = _folder.Path("broken.png");
        File.WriteAllBytes(_broken, File.ReadAllBytes(_paths[0])[..40]);
    }

    public static IEnumerable<object[]> Names => WorkoutSubjects.Names.Select(n => new object[] { n });

    public void Dispose()
    {
        _subjects.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void Subjects_Together_RunEveryMethodOfTheCatalogs()
    {
        var methods = typeof(DetectionTransformsCatalog).Assembly.GetExportedTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Where(m => m.IsDefined(typeof(ExtensionAttribute)) && m.GetParameters()[0].ParameterType == typeof(TransformsCatalog))
            .Select(m => m.Name);
        CollectionAssert.AreEquivalent(
            methods.Distinct().ToArray(), WorkoutSubjects.Names.SelectMany(n => _subjects[n].Transforms).Distinct().ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Rows_OfEnumerablesAndTextFiles_AnswerAsThePlainApiUnderTheSchemaThatWasSaid(string name)
    {
        var subject = _subjects[name];
        var file = _folder.Path("rows.tsv");
        File.WriteAllLines(file, _paths.Select((p, i) => $"{p}\t{i}"));
        var expected = _paths.Select(p => subject.Expected(p)).ToArray();
        Assert.IsGreaterThan(1, expected.Distinct().Count());
        foreach (var data in new[] { Rows(_paths), _ml.Data.LoadFromTextFile<PathRow>(file) })
        {
            var estimator = subject.Create(_ml, nameof(PathRow.ImagePath), RowErrors.Column);
            var chain = estimator.Fit(data);
            CollectionAssert.AreEqual(expected, subject.Read(_ml, chain.Transform(data)));
            AssertSchemas(data, estimator, chain);
        }
    }

    private static void AssertSchemas(IDataView data, IEstimator<ITransformer> estimator, ITransformer chain)
    {
        var (said, given) = (chain.GetOutputSchema(data.Schema), chain.Transform(data).Schema);
        CollectionAssert.AreEqual(Text(said), Text(given));
        Assert.IsEmpty(given.Where(c => c.Name.StartsWith("MlNetVision.", StringComparison.Ordinal)).Select(c => c.Name).ToArray(), "left over");
        var shape = estimator.GetOutputSchema(SchemaShapeOf(data));
        CollectionAssert.AreEquivalent(given.Select(c => c.Name).Distinct().ToArray(), shape.Select(c => c.Name).ToArray());
        foreach (var column in shape)
            Assert.AreEqual(given[column.Name].Type is VectorDataViewType, column.Kind != SchemaShape.Column.VectorKind.Scalar, column.Name);
    }

    private static string[] Text(DataViewSchema schema) =>
        [.. schema.Select(c => $"{c.Name} {c.Type} {c.IsHidden} {string.Join(' ', c.Annotations.Schema.Select(a => $"{a.Name} {a.Type}"))}")];

    // ML.NET's own way from a schema to a shape is internal; an estimator of a chain is given it.
    private static SchemaShape SchemaShapeOf(IDataView data)
    {
        SchemaShape? found = null;
        var catcher = new EstimatorChain<ITransformer>().Append(new ShapeCatcher(s => found = s)).Append(new ShapeCatcher(_ => { }));
        catcher.Fit(data);
        return found!;
    }

    private sealed class ShapeCatcher(Action<SchemaShape> caught) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => new MLContext().Transforms.CopyColumns("Same", input.Schema[0].Name).Fit(input);

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            caught(inputSchema);
            return inputSchema;
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Rows_ShuffledAndFiltered_KeepTheirOwnResults(string name)
    {
        var subject = _subjects[name];
        var data = Rows([.. Enumerable.Repeat(_paths, 4).SelectMany(p => p)]);
        var chain = Fit(subject, data);
        var before = chain.Transform(Filter(_ml.Data.ShuffleRows(data, seed: 3)));
        var after = Filter(_ml.Data.ShuffleRows(chain.Transform(data), seed: 4));
        foreach (var column in subject.NotCached) Assert.IsNull(after.Schema.GetColumnOrNull(column), $"{column}: as for Cache");
        foreach (var rows in subject.NotCached.Length == 0 ? new[] { before, after } : [before, Filter(chain.Transform(data))])
        {
            var paths = rows.GetColumn<string>(nameof(PathRow.ImagePath)).ToArray();
            Assert.HasCount(14, paths);
            CollectionAssert.AreEqual(paths.Select(p => subject.Expected(p)).ToArray(), subject.Read(_ml, rows));
        }
        CollectionAssert.AreNotEqual(Paths(Filter(data)), Paths(before), "shuffled");

        string[] Paths(IDataView rows) => [.. rows.GetColumn<string>(nameof(PathRow.ImagePath))];

        IDataView Filter(IDataView rows) => _ml.Data.FilterRowsByColumn(rows, nameof(PathRow.Number), 3, 17);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Rows_MissingAndBrokenFiles_HaveEmptyResultsAndErrors(string name)
    {
        var subject = _subjects[name];
        // ML.NET's LoadRawImageBytes ends the pass at a missing file; it gives no bytes for no path.
        var (missing, named) = subject.Name.Contains("bytes") ? ("", "Bytes") : (_missing, _missing);
        var data = Rows(_paths[0], missing, _paths[1], _broken, _paths[2]);
        var rows = Fit(subject, data).Transform(data);
        if (subject.Empty is null)
        {
            var e = Assert.Throws<Exception>(() => subject.Read(_ml, rows));
            Assert.IsInstanceOfType<BadImageException>(e.GetBaseException());
            StringAssert.Contains(e.GetBaseException().Message, named);
            return;
        }
        string[] expected =
            [subject.Expected(_paths[0]), subject.Empty, subject.Expected(_paths[1]), subject.Empty, subject.Expected(_paths[2])];
        CollectionAssert.AreEqual(expected, subject.Read(_ml, rows));
        var errors = rows.GetColumn<string>("Error").ToArray();
        CollectionAssert.AreEqual(new[] { "", "", "" }, new[] { errors[0], errors[2], errors[4] });
        StringAssert.Contains(errors[1], named);
        StringAssert.Contains(errors[3], subject.Name.Contains("bytes") ? named : _broken);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Rows_MissingFileWithoutAnErrorColumn_ThrowsAndNamesIt(string name)
    {
        var subject = _subjects[name];
        var data = Rows(_paths[0], _missing);
        var chain = subject.Create(_ml, nameof(PathRow.ImagePath), RowErrors.Throw).Fit(data);
        Assert.IsEmpty(chain.GetOutputSchema(data.Schema).Where(c => c.Name.Contains("Error")).ToArray());
        var e = Assert.Throws<Exception>(() => subject.Read(_ml, chain.Transform(data)));
        StringAssert.Contains(e.GetBaseException().Message, _missing);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Images_OfMlNetOrADeclaredSize_AnswerAsThePlainApi(string name)
    {
        var subject = _subjects[name];
        if (!subject.TakesImages) return;
        var data = Rows(_paths);
        var expected = _paths.Select(p => subject.Expected(p)).ToArray();
        CollectionAssert.AreEqual(expected, Read(_ml.Transforms.LoadImages("Image", null, "ImagePath"), data), "LoadImages");
        var images = _paths.Select(MLImage.CreateFromFile).ToArray();
        CollectionAssert.AreEqual(expected, Read(null, _ml.Data.LoadFromEnumerable(images.Select(i => new AnyRow { Image = i }))), "any size");
        // ML.NET itself takes images of another size than the declared one.
        CollectionAssert.AreEqual(expected, Read(null, _ml.Data.LoadFromEnumerable(images.Select(i => new SizedRow { Image = i }))), "declared size");
        Array.ForEach(images, i => Assert.AreNotEqual(0, i.Width, "not disposed"));
        CollectionAssert.AreEqual(Resized(subject), Read(Resize(), data), "ResizeImages");

        string[] Read(IEstimator<ITransformer>? first, IDataView rows)
        {
            var chain = subject.Create(_ml, "Image", RowErrors.Column);
            return subject.Read(_ml, (first is null ? chain : first.Append(chain)).Fit(rows).Transform(rows));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Images_NoneInARow_HaveEmptyResultsAndErrorsOfTheColumn(string name)
    {
        var subject = _subjects[name];
        if (!subject.TakesImages) return;
        using var image = MLImage.CreateFromFile(_paths[0]);
        var data = _ml.Data.LoadFromEnumerable([new AnyRow { Image = image }, new AnyRow()]);
        var rows = subject.Create(_ml, "Image", RowErrors.Column).Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { subject.Expected(_paths[0]), subject.Empty }, subject.Read(_ml, rows));
        CollectionAssert.AreEqual(new[] { "", "The column 'Image' has no image in a row." }, rows.GetColumn<string>("Error").ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Columns_MissingOrOfAnotherType_AreNamed(string name)
    {
        var subject = _subjects[name];
        var wrong = Assert.Throws<Exception>(() => subject.Create(_ml, nameof(PathRow.Number), RowErrors.Column).Fit(Rows(_paths)));
        StringAssert.Contains(wrong.Message, "'Number'");
        var missing = Assert.Throws<Exception>(() => subject.Create(_ml, "Picture", RowErrors.Column).Fit(Rows(_paths)));
        StringAssert.Contains(missing.Message, "'Picture'");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Engines_OneForEachThread_AnswerAsThePlainApi(string name)
    {
        var subject = _subjects[name];
        var chain = Fit(subject, Rows(_paths));
        var expected = _paths.ToDictionary(p => p, p => subject.Expected(p));
        // As an ObjectPool does: an engine is used by one thread at a time, and there are as many as threads.
        var pool = new ConcurrentBag<WorkoutSubject.Engine>();
        Parallel.For(0, 10 * Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, i =>
        {
            var engine = pool.TryTake(out var kept) ? kept : subject.CreateEngine(_ml, chain);
            var path = _paths[i % _paths.Length];
            Assert.AreEqual(expected[path], engine.Predict(path));
            if (subject.Empty is not null && !subject.Name.Contains("bytes")) Assert.AreEqual(subject.Empty, engine.Predict(_missing));
            pool.Add(engine);
        });
        foreach (var engine in pool) engine.Dispose();
        (chain as IDisposable)?.Dispose();
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Rows_ReadByEightThreads_AnswerAsThePlainApi(string name)
    {
        var subject = _subjects[name];
        var data = Rows(_paths);
        var rows = Fit(subject, data).Transform(data);
        var expected = _paths.Select(p => subject.Expected(p)).ToArray();
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads },
            _ => CollectionAssert.AreEqual(expected, subject.Read(_ml, rows)));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Rows_Cached_KeepTheColumnsThatTheDocumentSays(string name)
    {
        var subject = _subjects[name];
        var data = Rows(_paths);
        var rows = Fit(subject, data).Transform(data);
        var cached = _ml.Data.Cache(rows);
        foreach (var column in subject.Cached) Assert.IsNotNull(cached.Schema.GetColumnOrNull(column), column);
        // Where this fails, ML.NET has learnt to cache them, and assets/docs/mlnet-api.md can say so.
        foreach (var column in subject.NotCached) Assert.IsNull(cached.Schema.GetColumnOrNull(column), column);
        var expected = _paths.Select(p => subject.Expected(p)).ToArray();
        if (subject.NotCached.Length == 0)
            for (var pass = 0; pass < 2; pass++) CollectionAssert.AreEqual(expected, subject.Read(_ml, cached));
        // Paths that are cached before the chain give all columns.
        CollectionAssert.AreEqual(expected, subject.Read(_ml, Fit(subject, data).Transform(_ml.Data.Cache(data))));
    }

    [TestMethod]
    public void Save_OfAllTransforms_AnotherProcessGivesTheSameResults()
    {
        var data = Rows(_paths);
        foreach (var subject in WorkoutSubjects.Names.Select(n => _subjects[n]))
        {
            _ml.Model.Save(Fit(subject, data), data.Schema, _folder.Path($"{subject.Name}.zip"));
            if (subject.TakesImages)
                _ml.Model.Save(Resize().Append(subject.Create(_ml, "Image", RowErrors.Column)).Fit(data), data.Schema,
                    _folder.Path($"{subject.Name} of a size.zip"));
        }
        File.WriteAllLines(_folder.Path("paths.txt"), [.. _paths, _missing]);
        var start = new ProcessStartInfo("dotnet",
        [
            "test", typeof(WorkoutTests).Assembly.Location, "--filter",
            $"FullyQualifiedName={typeof(WorkoutTests).FullName}.{nameof(Load_InAProcessOfItsOwn)}",
        ])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment[FolderVariable] = _folder.Path("");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output);
        foreach (var subject in WorkoutSubjects.Names.Select(n => _subjects[n]))
        {
            CollectionAssert.AreEqual(_paths.Select(p => subject.Expected(p)).ToArray(), Answers(subject.Name), subject.Name);
            if (subject.TakesImages) CollectionAssert.AreEqual(Resized(subject), Answers($"{subject.Name} of a size"), $"{subject.Name} of a size");
        }

        string[] Answers(string zip) => File.ReadAllLines(_folder.Path($"{zip}.zip.txt"));
    }

    /// <summary>The other process of <see cref="Save_OfAllTransforms_AnotherProcessGivesTheSameResults"/>; elsewhere it has nothing to do.</summary>
    [TestMethod]
    public void Load_InAProcessOfItsOwn()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { } folder) return;
        var data = Rows([.. File.ReadAllLines(Path.Combine(folder, "paths.txt"))[..^1]]);
        foreach (var zip in Directory.GetFiles(folder, "*.zip"))
        {
            var subject = _subjects[Path.GetFileNameWithoutExtension(zip).Replace(" of a size", "")];
            File.WriteAllLines($"{zip}.txt", subject.Read(_ml, _ml.Model.Load(zip, out _).Transform(data)));
        }
    }

    // A chain of ML.NET's own that gives images of a declared size.
    private EstimatorChain<ColumnSelectingTransformer> Resize() => _ml.Transforms.LoadImages("Raw", null, "ImagePath")
        .Append(_ml.Transforms.ResizeImages("Image", SizedWidth, SizedHeight, "Raw", ImageResizingEstimator.ResizingKind.Fill))
        .Append(_ml.Transforms.DropColumns("Raw"));

    private string[] Resized(WorkoutSubject subject)
    {
        var data = Rows(_paths);
        var rows = Resize().Fit(data).Transform(data);
        using var cursor = rows.GetRowCursor(rows.Schema);
        var getter = cursor.GetGetter<MLImage>(rows.Schema["Image"]);
        var results = new List<string>();
        MLImage? image = null;
        while (cursor.MoveNext())
        {
            getter(ref image!);
            Assert.AreEqual((SizedWidth, SizedHeight), (image.Width, image.Height));
            results.Add(subject.Expected(ImageSource.FromMLImage(image)));
        }
        return [.. results];
    }

    private ITransformer Fit(WorkoutSubject subject, IDataView data) => subject.Create(_ml, nameof(PathRow.ImagePath), RowErrors.Column).Fit(data);

    private IDataView Rows(params string[] paths) =>
        _ml.Data.LoadFromEnumerable(paths.Select((p, i) => new PathRow { ImagePath = p, Number = i }).ToArray());

    private sealed class AnyRow
    {
        [AnySizeImageType]
        public MLImage? Image { get; set; }
    }

    private sealed class SizedRow
    {
        [ImageType(300, 400)]
        public MLImage? Image { get; set; }
    }
}
