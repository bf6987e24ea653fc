using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MlNetVision.MlNet;
using MlNetVision.Tests.Classification;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.MlNet;

/// <summary>What assets/docs/mlnet-api.md says of saving chains over a column of images.</summary>
[TestClass]
public sealed class SavedImageColumnTests : IDisposable
{
    private readonly MLContext _ml = new();
    private readonly TemporaryFile _file = new(".png");
    private readonly TemporaryFile _zip = new(".zip");
    private readonly MLImage _image;

    public SavedImageColumnTests()
    {
        using var image = TestImages.Gradient(20, 16);
        image.Save(_file.Path);
        _image = MLImage.CreateFromFile(_file.Path);
    }

    public void Dispose()
    {
        _image.Dispose();
        _zip.Dispose();
        _file.Dispose();
    }

    /// <summary>Where this fails, ML.NET has learnt it, and the page can say so.</summary>
    [TestMethod]
    public void Save_SchemaOfImagesAlone_IsRefusedByMlNet()
    {
        var (data, chain) = Fit(new ImageRow { Image = _image });
        StringAssert.Contains(Assert.Throws<Exception>(() => _ml.Model.Save(chain, data.Schema, _zip.Path)).Message, "No valid columns");
    }

    [TestMethod]
    public void Save_WithoutSchema_AnswersAsBefore()
    {
        var (data, chain) = Fit(new ImageRow { Image = _image });
        _ml.Model.Save(chain, null, _zip.Path);
        AssertAnswersAsBefore(data, chain);
    }

    [TestMethod]
    public void Save_SchemaWithAColumnBesideTheImages_AnswersAsBefore()
    {
        var (data, chain) = Fit(new NamedImageRow { Name = "a", Image = _image });
        _ml.Model.Save(chain, data.Schema, _zip.Path);
        AssertAnswersAsBefore(data, chain);
    }

    private (IDataView Data, ITransformer Chain) Fit<T>(T row) where T : class
    {
        var data = _ml.Data.LoadFromEnumerable([row]);
        return (data, _ml.Transforms.ClassifyImages(TinyClassifier.Create(), inputColumnName: nameof(ImageRow.Image)).Fit(data));
    }

    private void AssertAnswersAsBefore(IDataView data, ITransformer chain)
    {
        var loaded = new MLContext().Model.Load(_zip.Path, out _);
        CollectionAssert.AreEqual(Scores(chain.Transform(data)), Scores(loaded.Transform(data)));
    }

    private static float[] Scores(IDataView rows) => rows.GetColumn<float[]>("Score").Single();

    private sealed class ImageRow
    {
        [ImageType(16, 20)]
        public MLImage? Image { get; set; }
    }

    private sealed class NamedImageRow
    {
        public string Name { get; set; } = "";

        [ImageType(16, 20)]
        public MLImage? Image { get; set; }
    }
}
