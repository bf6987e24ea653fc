using Microsoft.ML;
using MlNetVision.MlNet;
using MlNetVision.Tests.Classification;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.MlNet;

[TestClass]
public sealed class ImageColumnEstimatorTests : IDisposable
{
    private readonly MLContext _ml = new();
    private readonly TemporaryFile _file = new(".png");
    private readonly IDataView _rows;

    public ImageColumnEstimatorTests()
    {
        using var image = TestImages.Gradient(20, 16);
        image.Save(_file.Path);
        _rows = _ml.Data.LoadFromEnumerable([new Row { ImagePath = _file.Path }]);
    }

    public void Dispose() => _file.Dispose();

    [TestMethod]
    public void Fit_WithinALongerChain_BuildsOnce()
    {
        var built = 0;
        var estimator = new ImageColumnEstimator("ImagePath", "text", (_, _) =>
        {
            built++;
            return _ml.Transforms.CopyColumns("Copy", "ImagePath");
        });
        var chain = _ml.Transforms.CopyColumns("Other", "ImagePath").Append(estimator);
        chain.Fit(_rows);
        Assert.AreEqual(1, built, "schema and fit");
        chain.Fit(_rows);
        Assert.AreEqual(2, built, "each fit has its own");
    }

    [TestMethod]
    public void Fit_Twice_TheSecondLivesOnWhenTheFirstIsDisposed()
    {
        var estimator = _ml.Transforms.ClassifyImages(TinyClassifier.Create());
        var (first, second) = (estimator.Fit(_rows), estimator.Fit(_rows));
        ((IDisposable)first).Dispose();
        var answer = _ml.Data.CreateEnumerable<Answer>(second.Transform(_rows), reuseRowObject: false).Single();
        Assert.HasCount(3, answer.Score);
        ((IDisposable)second).Dispose();
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class Answer
    {
        public float[] Score { get; set; } = [];
    }
}
