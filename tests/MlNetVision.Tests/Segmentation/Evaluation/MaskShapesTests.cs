using MlNetVision.Data;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;
using MlNetVision.Segmentation.Evaluation;
using MlNetVision.Tests.Data;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.Segmentation;

/// <summary>Polygons, runs and colours of labelling tools as masks.</summary>
[TestClass]
public sealed class MaskShapesTests
{
    private static readonly string[] Labels = ["background", "cat", "dog"];

    [TestMethod]
    public void Draw_RandomPolygons_AreThePixelsWhoseCentresAreInside()
    {
        var random = new Random(3);
        for (var round = 0; round < 300; round++)
        {
            var (width, height) = (random.Next(1, 20), random.Next(1, 20));
            var points = random.Next(3, 8);
            var polygon = Enumerable.Range(0, 2 * points).Select(_ => round % 3 == 0 ? random.Next(-2, 22) : random.NextDouble() * 24 - 2).ToArray();
            // Centres that lie on an edge belong to either side.
            for (var i = 0; i < polygon.Length; i++) polygon[i] += 1e-7 * random.NextDouble();
            var image = new MaskedImage("a", "a.jpg", "a.json") { Shapes = new(null, [new("a", "dog", [polygon])]) };

            var drawn = ShapeRaster.Draw(image, width, height, Labels, 255);

            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                    Assert.AreEqual(IsInside(polygon, x + 0.5, y + 0.5) ? 2 : 0, drawn[y * width + x], $"round {round}, ({x}, {y})");
        }
    }

    /// <summary>The even-odd rule: how often a ray to the right crosses an edge.</summary>
    private static bool IsInside(double[] polygon, double x, double y)
    {
        var inside = false;
        for (int i = 0, j = polygon.Length - 2; i < polygon.Length; j = i, i += 2)
        {
            if (polygon[i + 1] > y != polygon[j + 1] > y
                && x < (polygon[j] - polygon[i]) * (y - polygon[i + 1]) / (polygon[j + 1] - polygon[i + 1]) + polygon[i]) inside = !inside;
        }
        return inside;
    }

    [TestMethod]
    public void Add_LabelMeFolder_CountsShapesInTheirOrder()
    {
        using var folder = new DataSetFolder().Image("a.jpg").Text("a.json", """
            {"shapes":[{"label":"cat","points":[[0,0],[50,50]],"shape_type":"rectangle"},{"label":"Dog","points":[[25,0],[50,0],[50,50],[25,50]]},
            {"label":"__ignore__","points":[[90,0],[100,50]],"shape_type":"rectangle"},{"label":"x","points":[[1,1]],"shape_type":"point"}],
            "imagePath":"a.jpg","imageWidth":100,"imageHeight":50}
            """);
        var set = SegmentationDataSet.Open(folder.Root, folder.Root);
        var evaluator = new SegmentationEvaluator(Labels);

        evaluator.Add(set.Images.Single(), new SegmentationMask(100, 50, new byte[5000], Labels));

        Assert.AreEqual("truth,background,cat,dog\nbackground,2000,0,0\ncat,1250,0,0\ndog,1250,0,0\n", evaluator.Evaluate().Confusion.ToCsv());
        Assert.AreEqual(500, evaluator.Evaluate().IgnoredPixels);
        Assert.AreEqual(LeftOutKind.UnusableEntry, set.LeftOut.Single().Kind);
    }

    [TestMethod]
    public void Add_CocoPolygonsAndRuns_CountWhereTheyAre()
    {
        // Column 0 to 9 of 50 rows: 500 pixels.
        using var folder = new DataSetFolder().Image("images/x/a.jpg", "images/b.jpg").Text("labels.json", """
            {"images":[{"id":1,"file_name":"x/a.jpg","width":100,"height":50},{"id":2,"file_name":"b.jpg"}],"categories":[{"id":5,"name":"cat"},{"id":6,"name":"dog"}],
            "annotations":[{"image_id":1,"category_id":5,"segmentation":[[50,0,60,0,60,50,50,50],[70,0,71,0,71,50,70,50]]},
            {"image_id":1,"category_id":6,"segmentation":{"size":[50,100],"counts":[0,500,4500]},"iscrowd":1},{"image_id":2,"category_id":6,"bbox":[1,2,3,4],"segmentation":[]},{"image_id":1,"category_id":6,"segmentation":[]},{"image_id":7,"category_id":6,"segmentation":[[0,0,9,0,9,9]]}]}
            """);
        foreach (var masks in new[] { folder.PathOf("labels.json"), folder.Root })
        {
            var set = SegmentationDataSet.Open(folder.PathOf("images"), masks);
            var evaluator = new SegmentationEvaluator(["cat", "dog"]);

            evaluator.Add(set.Images.Single(), new SegmentationMask(100, 50, new byte[5000], ["cat", "dog"]));

            Assert.AreEqual("truth,cat,dog\ncat,550,0\ndog,500,0\n", evaluator.Evaluate().Confusion.ToCsv(), "no class is called background: the rest is ignored");
            Assert.AreEqual(5000 - 1050, evaluator.Evaluate().IgnoredPixels);
            Assert.AreEqual("1 of 2 images left out: 1 unusable mask; also left out: 2 unusable entries", LeftOut.Summarize(set.LeftOut, set.Images.Count));
            Assert.Contains("annotations[2]: has no segmentation", set.LeftOut.Single(item => item.IsImage).Reason, "half of an image's areas would make metrics wrong");
        }
    }

    [TestMethod]
    [DataRow("[[50,0,60,0,60,50,50]]")]
    [DataRow("[[50,0,60,0,60,50,50,50],[70,0,71,0,71,50,70]]")]
    public void Open_CocoPolygonOfAnOddNumberOfCoordinates_IsLeftOut(string segmentation)
    {
        using var folder = new DataSetFolder().Image("images/a.jpg", "images/b.jpg").Text("labels.json", $$"""
            {"images":[{"id":1,"file_name":"a.jpg"},{"id":2,"file_name":"b.jpg"}],"categories":[{"id":5,"name":"cat"}],
            "annotations":[{"image_id":1,"category_id":5,"segmentation":[[0,0,10,0,10,50,0,50]]},{"image_id":2,"category_id":5,"segmentation":{{segmentation}}}]}
            """);
        var set = SegmentationDataSet.Open(folder.PathOf("images"), folder.PathOf("labels.json"));
        var evaluator = new SegmentationEvaluator(Labels);
        evaluator.Add(set.Images.Single(), new SegmentationMask(100, 50, new byte[5000], Labels));
        Assert.AreEqual("truth,background,cat,dog\nbackground,4500,0,0\ncat,500,0,0\ndog,0,0,0\n", evaluator.Evaluate().Confusion.ToCsv());
        StringAssert.Contains(set.LeftOut.Single().Reason, "annotations[1]");
    }

    [TestMethod]
    [DataRow("shapes")]
    [DataRow("runs")]
    [DataRow("indices")]
    [DataRow("colours")]
    public void Add_MaskOfTheStoredImage_IsTurnedWithIt(string kind)
    {
        using var folder = new DataSetFolder();
        using (var image = TestImages.Gradient(48, 32))
            File.WriteAllBytes(folder.PathOf("a.jpg"), ImageOrientationTests.WithExif(image.Encode(ImageFormat.Jpeg, 90), 6, littleEndian: true));
        // Rows 0 to 4, columns 0 to 9 of the stored image.
        byte[] stored = [.. Enumerable.Range(0, 48 * 32).Select(i => (byte)(i % 48 < 10 && i / 48 < 5 ? 1 : 0))];
        ColorPalette? colors = null;
        if (kind == "shapes")
            folder.Text("a.json", """{"shapes":[{"label":"cat","points":[[0,0],[10,5]],"shape_type":"rectangle"}],"imagePath":"a.jpg","imageWidth":48,"imageHeight":32}""");
        else if (kind == "runs")
        {
            var counts = string.Join(',', Enumerable.Range(0, 10).Select(column => column < 9 ? "5,27" : "5").Prepend("0"));
            folder.Text("coco.json", $$"""
                {"images":[{"id":1,"file_name":"a.jpg","width":48,"height":32}],"categories":[{"id":1,"name":"cat"}],
                "annotations":[{"image_id":1,"category_id":1,"segmentation":{"size":[32,48],"counts":[{{counts}},1243]} }]}
                """);
        }
        else if (kind == "indices")
            File.WriteAllBytes(folder.PathOf("a.png"), new NaivePng(48, 32, 8, 0, [], stored).Write(_ => 0));
        else
        {
            colors = new ColorPalette("mine", [new(0, 0, 0), new(9, 8, 7)], ["background", "cat"]);
            File.WriteAllBytes(folder.PathOf("a.png"), new NaivePng(48, 32, 8, 2, [], [.. stored.SelectMany(c => c == 0 ? new byte[3] : [9, 8, 7])]).Write(_ => 0));
        }
        var evaluator = new SegmentationEvaluator(Labels, colors: colors);
        // The stored top left corner is the upright top right one: 5 columns of 10 rows.
        byte[] upright = [.. Enumerable.Range(0, 32 * 48).Select(i => (byte)(i % 32 >= 27 && i / 32 < 10 ? 1 : 0))];

        evaluator.Add(SegmentationDataSet.Open(folder.Root, folder.Root).Images.Single(), new SegmentationMask(32, 48, upright, Labels));

        Assert.AreEqual("truth,background,cat,dog\nbackground,1486,0,0\ncat,0,50,0\ndog,0,0,0\n", evaluator.Evaluate().Confusion.ToCsv());
        Assert.AreEqual(1, evaluator.TurnedMasks);
    }

    [TestMethod]
    [DataRow("""{"label":"bird","points":[[0,0],[9,9]],"shape_type":"rectangle"}""", 100, "the class 'bird' is not among the model's: background, cat, dog")]
    [DataRow("""{"label":"cat","points":[[0,0],[9,9]],"shape_type":"rectangle"}""", 70, "the mask has 70×50 pixels, its image's prediction 100×50")]
    public void Add_ShapesThatDoNotFit_NameTheFile(string shape, int width, string expected)
    {
        using var folder = new DataSetFolder().Image("a.jpg").Text("a.json", $$"""{"shapes":[{{shape}}],"imagePath":"a.jpg","imageWidth":{{width}},"imageHeight":50}""");
        var pair = SegmentationDataSet.Open(folder.Root, folder.Root).Images.Single();
        var error = Assert.ThrowsExactly<UnusableMaskException>(() => new SegmentationEvaluator(Labels).Add(pair, new SegmentationMask(100, 50, new byte[5000], Labels)));
        Assert.Contains(expected, error.Message);
        Assert.Contains(folder.PathOf("a.json"), error.Message);
    }

    [TestMethod]
    public void Add_MasksInColour_AreReadByThePalette()
    {
        using var folder = new DataSetFolder().Text("class_dict.csv", "name,r,g,b\ncat,255,0,0\nbird,0,255,0\ndog,0,0,255\n");
        var colors = ColorPalette.Load(folder.PathOf("class_dict.csv"));
        // Red, green, blue, red.
        byte[] rgb = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 0, 0];
        File.WriteAllBytes(folder.PathOf("rgb.png"), new NaivePng(2, 2, 8, 2, [], rgb).Write(_ => 0));
        File.WriteAllBytes(folder.PathOf("indexed.png"), new NaivePng(2, 2, 8, 3, rgb[..9], [0, 1, 2, 0]).Write(_ => 0));
        foreach (var mask in new[] { "rgb.png", "indexed.png" })
        {
            var evaluator = new SegmentationEvaluator(["dog", "cat"], colors: colors);

            evaluator.Add(new MaskedImage("a", "a.jpg", folder.PathOf(mask)), new SegmentationMask(2, 2, new byte[4], ["dog", "cat"]));

            Assert.AreEqual("truth,dog,cat\ndog,1,0\ncat,2,0\n", evaluator.Evaluate().Confusion.ToCsv(), mask);
            Assert.AreEqual(1, evaluator.Evaluate().IgnoredPixels, mask);
        }
        CollectionAssert.AreEqual(new[] { "bird" }, colors.Unknown(["dog", "cat"]).ToArray());
    }

    [TestMethod]
    public void Add_ColourThatThePaletteLacks_NamesThePixel()
    {
        using var folder = new DataSetFolder();
        File.WriteAllBytes(folder.PathOf("a.png"), new NaivePng(2, 1, 8, 2, [], [255, 0, 0, 1, 2, 3]).Write(_ => 0));
        var evaluator = new SegmentationEvaluator(["a"], colors: new ColorPalette("mine", [new(255, 0, 0)], ["a"]));
        var error = Assert.Throws<BadDataSetException>(() => evaluator.Add(new MaskedImage("a", "a.jpg", folder.PathOf("a.png")), new SegmentationMask(2, 1, new byte[2], ["a"])));
        Assert.Contains("the colour (1, 2, 3) of the pixel (1, 0) is not in the palette 'mine'", error.Message);
    }
}
