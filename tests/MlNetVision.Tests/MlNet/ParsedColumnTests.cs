using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.MlNet;

namespace MlNetVision.Tests.MlNet;

/// <summary>The parsers of hand-made chains, on columns of another length than they read: each says which column, found when it is fitted where its length is fixed.</summary>
[TestClass]
public sealed class ParsedColumnTests
{
    private const int Geometry = 8;
    private const string Masks = "ParseMask", Grids = "ParseYoloGrids", Scores = "ParseScores";

    [TestMethod]
    [DataRow(Masks, -1, 0, "The column 'Raw' has {0} values in a row; expected {1}, as the network's output has elements.")]
    [DataRow(Masks, 1, 0, "The column 'Raw' has {0} values in a row; expected {1}, as the network's output has elements.")]
    [DataRow(Masks, 0, -1, "The column 'Geometry' has 7 values in a row; expected 8, the geometry that ResizeUprightImages gives.")]
    [DataRow(Grids, -1, 0, "The column 'Raw' has {0} values in a row; expected {1}, as ")]
    [DataRow(Grids, 1, 0, "The column 'Raw' has {0} values in a row; expected {1}, as ")]
    [DataRow(Grids, 0, 1, "The column 'Geometry' has 9 values in a row; expected 8, the geometry that ResizeUprightImages gives.")]
    [DataRow(Scores, -1, 0, "The column 'Raw' has {0} values in a row; expected {1}, one score for each label.")]
    [DataRow(Scores, 1, 0, "The column 'Raw' has {0} values in a row; expected {1}, one score for each label.")]
    public void Transform_ColumnOfAnotherLength_NamesItWithBothLengths(string parser, int more, int moreGeometry, string expected)
    {
        var ml = new MLContext();
        var (estimator, length) = Parser(ml, parser);
        var rows = new[] { new Row { Raw = new float[length + more], Geometry = new float[Geometry + moreGeometry] } };
        var message = string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, length + more, length);

        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Raw)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, length + more);
        schema[nameof(Row.Geometry)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Geometry + moreGeometry);
        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => estimator.Fit(ml.Data.LoadFromEnumerable(rows, schema))).Message, message);

        var data = ml.Data.LoadFromEnumerable(rows);
        var error = Assert.Throws<Exception>(() => Read(ml, parser, estimator.Fit(data).Transform(data)));
        StringAssert.StartsWith(error.GetBaseException().Message, message);
    }

    [TestMethod]
    [DataRow(Masks)]
    [DataRow(Grids)]
    [DataRow(Scores)]
    public void Fit_ColumnThatIsNoVectorOfFloat_NamesIt(string parser)
    {
        var ml = new MLContext();
        var (estimator, length) = Parser(ml, parser, "Number");
        var error = Assert.ThrowsExactly<ArgumentException>(() => estimator.Fit(ml.Data.LoadFromEnumerable([new Row()])));
        StringAssert.StartsWith(error.Message, $"The column 'Number' holds Single; expected a vector of {length} floats, ");
    }

    [TestMethod]
    public void Transform_SavedParserOfARightColumn_AnswersAsBefore()
    {
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable([new Row { Raw = [0.1f, 0.7f, 0.2f] }]);
        using var zip = new TemporaryFile(".zip");
        ml.Model.Save(Parser(ml, Scores).Estimator.Fit(data), data.Schema, zip.Path);
        var loaded = new MLContext().Model.Load(zip.Path, out _);
        Assert.AreEqual("b", loaded.Transform(data).GetColumn<string>("PredictedLabel").Single());
        var other = ml.Data.LoadFromEnumerable([new Row { Raw = [1] }]);
        var error = Assert.Throws<Exception>(() => loaded.Transform(other).GetColumn<string>("PredictedLabel").Single());
        StringAssert.StartsWith(error.GetBaseException().Message, "The column 'Raw' has 1 values in a row; expected 3");
    }

    private static (IEstimator<ITransformer> Estimator, int Length) Parser(MLContext ml, string parser, string column = "Raw")
    {
        switch (parser)
        {
            case Masks:
                using (var segmenter = MlNetVision.Segmentation.Segmenter.Load("streets"))
                    return (ml.Transforms.ParseMask("streets", "Mask", "Geometry", column), Length(segmenter.Model));
            case Grids:
                using (var detector = MlNetVision.Detection.ObjectDetector.Load("blood-cells"))
                    return (ml.Transforms.ParseYoloGrids("blood-cells", "Detections", "Geometry", [column]), Length(detector.Model));
            default:
                return (ml.Transforms.ParseScores(["a", "b", "c"], column), 3);
        }
    }

    private static int Length(MlNetVision.Onnx.OnnxModel model) => (int)model.Outputs[0].Shape.Aggregate(1L, (product, d) => product * (d ?? 1));

    private static int Read(MLContext ml, string parser, IDataView rows) => parser switch
    {
        Masks => ml.Data.CreateEnumerable<MaskRow>(rows, reuseRowObject: false).Count(),
        Grids => ml.Data.CreateEnumerable<DetectionsRow>(rows, reuseRowObject: false).Count(),
        _ => rows.GetColumn<string>("PredictedLabel").Count(),
    };

    private sealed class MaskRow
    {
        [SegmentationMaskType]
        public MlNetVision.Segmentation.SegmentationMask? Mask { get; set; }
    }

    private sealed class DetectionsRow
    {
        [DetectionListType]
        public DetectionList? Detections { get; set; }
    }

    private sealed class Row
    {
        public float[] Raw { get; set; } = [];

        public float[] Geometry { get; set; } = new float[8];

        public float Number { get; set; }
    }
}
