using System.Text;
using System.Text.Json;
using MlNetVision.Data;

namespace MlNetVision.Tests.Data;

/// <summary>COCO files as Python's programs write them.</summary>
[TestClass]
public sealed class CocoFlawsTests
{
    private static readonly BoundingBox Box = new(10, 5, 30, 15);

    [TestMethod]
    [DataRow("1.0", "1", "1")]
    [DataRow("\"1\"", "1", "1.0")]
    [DataRow("1", "\"1\"", "\"1\"")]
    [DataRow("true", "1", "\"1.0\"")]
    [DataRow("18446744073709551615", "18446744073709551615", "\"18446744073709551615\"")]
    [DataRow("-3", "-3.0", "\"-3\"")]
    [DataRow("\"5f0c\"", "\"5f0c\"", "\" 5f0c \"")]
    public void Open_IdsOfAnyKind_AgreeAsInPython(string id, string inAnnotation, string again)
    {
        foreach (var annotationId in new[] { "1", "1.5", "\"a\"", "null", "{\"$oid\":\"1\"}", "[1]", "9223372036854775808" })
        {
            using var folder = new DataSetFolder().Image("a.png").Text("coco.json", $$"""
                {"images":[{"id":{{id}},"file_name":"a.png"}],"categories":[{"id":{{id}},"name":"cat"}],
                "annotations":[{"id":{{annotationId}},"image_id":{{inAnnotation}},"category_id":{{again}},"bbox":[10,5,20,10]}]}
                """);
            Assert.AreEqual(new GroundTruthBox("cat", Box), folder.Open(new() { Strict = true }).Images.Single().Boxes.Single(), annotationId);
        }
    }

    /// <summary>Each number is one letter, which becomes the word null: four times as long, beyond a block of the reader.</summary>
    [TestMethod]
    public void Open_ManyNumbersThatJsonLacks_AreReadToTheEnd()
    {
        var many = string.Join(',', Enumerable.Repeat("N", 30_000));
        using var folder = new DataSetFolder().Image("a.png").Text("coco.json", $$"""
            {"images":[{"id":1,"file_name":"a.png"}],"categories":[{"id":1,"name":"cat"}],
            "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[10,5,20,10],"keypoints":[{{many}}]}]}
            """);
        Assert.AreEqual(new GroundTruthBox("cat", Box), folder.Open(new() { Strict = true }).Images.Single().Boxes.Single());
    }

    [TestMethod]
    [DataRow("[[10,5,30,5,30,15,10]]")]
    [DataRow("[[10,5,30,5,30,15,10,15],[1,2,3]]")]
    public void Open_PolygonOfAnOddNumberOfCoordinates_GivesNoBox(string segmentation)
    {
        using var folder = new DataSetFolder().Image("a.png", "b.png").Text("coco.json", $$"""
            {"images":[{"id":1,"file_name":"a.png"},{"id":2,"file_name":"b.png"}],"categories":[{"id":1,"name":"cat"}],
            "annotations":[{"id":1,"image_id":1,"category_id":1,"segmentation":{{segmentation}}},{"id":2,"image_id":2,"category_id":1,"bbox":[10,5,20,10]}]}
            """);
        var data = folder.Open();
        Assert.AreEqual(new GroundTruthBox("cat", Box), data.Images.Single().Boxes.Single());
        Assert.AreEqual((LeftOutKind.UnreadableLabels, "a.png"), (data.LeftOut.Single().Kind, data.LeftOut.Single().Name));
    }

    [TestMethod]
    [DataRow("\"width\":null,\"height\":null", "null")]
    [DataRow("\"width\":\"100\",\"height\":50.0", "false")]
    [DataRow("\"width\":\"?\",\"height\":[]", "0.0")]
    [DataRow("\"width\":NaN,\"height\":-Infinity", "\"0\"")]
    public void Open_SizesAndFlagsOfAnyKind_AreReadOrPassedOver(string size, string crowd)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("coco.json", $$"""
            {"images":[{"id":1,"file_name":"a.png",{{size}}}],"categories":[{"id":1,"name":"cat","supercategory":null}],
            "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":["10",5,20.0,10],"iscrowd":{{crowd}},"area":NaN,"score":Infinity,"keypoints":[NaN,-Infinity]},
            {"id":2,"image_id":1,"category_id":1,"bbox":[10,5,20,10],"iscrowd":true}]}
            """);

        var data = folder.Open(new() { Strict = true });

        CollectionAssert.AreEqual(new[] { new GroundTruthBox("cat", Box), new("cat", Box, Crowd: true) }, data.Images.Single().Boxes.ToArray());
        Assert.IsEmpty(data.Warnings);
    }

    [TestMethod]
    [DataRow("""[[10,5,30,5,30,15],[12,7,20,8,15,9]]""")]
    [DataRow("""[10,5,30,5,20,15]""")]
    [DataRow("""[[[10,5],[30,5],[20,15]]]""")]
    [DataRow("""[["10","5",30,5,20,15.0]]""")]
    // 50 rows: column 10 to 29, rows 5 to 14.
    [DataRow("""{"size":[50,100],"counts":[505,10,40,10,40,10,40,10,40,10,40,10,40,10,40,10,40,10,40,10,40,10,40,10,40,10,40,10,40,10,40,10,40,10,40,10,40,10,40,10,3535]}""")]
    public void Open_NoBox_IsTheHullOfTheSegmentation(string segmentation)
    {
        foreach (var box in new[] { "", "\"bbox\":[],", "\"bbox\":null,", "\"bbox\":[NaN,5,1,1],", "\"bbox\":{}," })
        {
            using var folder = new DataSetFolder().Image("a.png").Text("coco.json", $$"""
                {"images":[{"id":1,"file_name":"a.png"}],"categories":[{"id":1,"name":"cat"}],
                "annotations":[{"id":1,"image_id":1,"category_id":1,{{box}}"segmentation":{{segmentation}} }]}
                """);

            var data = folder.Open(new() { Strict = true });

            Assert.AreEqual(Box, data.Images.Single().Boxes.Single().Box, box);
            Assert.Contains("the smallest box around its segmentation is taken", data.Warnings.Single());
        }
    }

    [TestMethod]
    [DataRow("[[10,NaN,30,5]]")]
    [DataRow("\"x\"")]
    [DataRow("""{"size":[50,100],"counts":[1,9999]}""")]
    [DataRow("""{"size":[50],"counts":[1,2]}""")]
    [DataRow("""{"size":[50,100],"counts":"\u0001"}""")]
    [DataRow("""{"size":[50,100],"counts":[-1,2]}""")]
    public void Open_NeitherBoxNorSegmentation_LeavesTheImageOut(string segmentation)
    {
        using var folder = new DataSetFolder().Image("a.png", "b.png").Text("coco.json", $$"""
            {"images":[{"id":1,"file_name":"a.png"},{"id":2,"file_name":"b.png"}],"categories":[{"id":1,"name":"cat"}],
            "annotations":[{"image_id":2,"category_id":1,"segmentation":{{segmentation}} },{"image_id":1,"category_id":1,"bbox":[10,5,20,10]},{"image_id":2,"category_id":1,"bbox":[10,5,20,10]},
            {"image_id":7,"category_id":1,"bbox":[10,5,20,10]},{"image_id":1,"category_id":7,"bbox":[10,5,20,10]},null,{}]}
            """);

        var data = folder.Open();

        Assert.HasCount(1, data.Images.Single().Boxes);
        Assert.AreEqual("1 of 2 images left out: 1 unreadable label file; also left out: 4 unusable entries", LeftOut.Summarize(data.LeftOut, data.Images.Count));
        Assert.Contains("annotations[0]: has no bbox, and no segmentation gives one", data.LeftOut.Single(item => item.IsImage).Reason);
    }

    [TestMethod]
    [DataRow("/home/me/images/a.png", "1", "\"iscrowd\":\"true\"")]
    [DataRow("C:\\\\data\\\\a.png", "\"0001\"", "\"iscrowd\":1")]
    [DataRow("../upload/a.png", "\"1.0\"", "\"iscrowd\":true")]
    public void Open_PathsOfAnotherMachineAndIdsAsText_AreFound(string file, string id, string crowd)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("coco.json", $$"""
            {"info":{"x":NaN},"images":[{"id":1,"file_name":"{{file}}"}],"categories":[{"id":1,"name":"cat"}],
            "annotations":[{"image_id":{{id}},"category_id":1,"bbox":[10,5,20,10],{{crowd}}}]}
            """);
        Assert.AreEqual(new GroundTruthBox("cat", Box, Crowd: true), folder.Open(new() { Strict = true }).Images.Single().Boxes.Single());
    }

    [TestMethod]
    public void Open_BoxWithoutArea_IsTheHullOfTheSegmentation()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("coco.json", """
            {"images":[{"id":1,"file_name":"a.png"}],"categories":[{"id":1,"name":"cat"}],
            "annotations":[{"image_id":1,"category_id":1,"bbox":[0,0,0,0],"segmentation":[[10,5,30,5,30,15]]}]}
            """);
        Assert.AreEqual(new GroundTruthBox("cat", Box), folder.Open().Images.Single().Boxes.Single());
    }

    [TestMethod]
    public void Open_OneImageUnderTwoIds_CountsOnceOrNotAtAll()
    {
        using var folder = new DataSetFolder().Image("a.png", "b.png").Text("coco.json", """
            {"images":[{"id":1,"file_name":"a.png"},{"id":2,"file_name":"a.png"},{"id":3,"file_name":"b.png"}],"categories":[{"id":1,"name":"cat"}],
            "annotations":[{"image_id":1,"category_id":1,"bbox":[10,5,20,10]},{"image_id":3,"category_id":1,"bbox":[10,5,20,10]}]}
            """);
        var data = folder.Open();
        Assert.AreEqual("3", data.Images.Single().Id);
        Assert.AreEqual(LeftOutKind.AmbiguousImage, data.LeftOut.Single().Kind);
    }

    /// <summary>An annotation that says of no place that anything is there takes no image with it.</summary>
    [TestMethod]
    [DataRow("\"bbox\":[]")]
    [DataRow("\"bbox\":null,\"segmentation\":null")]
    [DataRow("\"bbox\":[],\"segmentation\":[]")]
    [DataRow("\"segmentation\":[[]]")]
    public void Open_EmptyAnnotation_IsLeftOutAlone(string empty)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("coco.json", $$"""
            {"images":[{"id":1,"file_name":"a.png"}],"categories":[{"id":1,"name":"cat"}],
            "annotations":[{"image_id":1,"category_id":1,{{empty}}},{"image_id":1,"category_id":1,"bbox":[10,5,20,10]}]}
            """);
        var data = folder.Open();
        Assert.AreEqual(new GroundTruthBox("cat", Box), data.Images.Single().Boxes.Single());
        Assert.AreEqual("left out: 1 unusable entry", LeftOut.Summarize(data.LeftOut, data.Images.Count));
    }

    [TestMethod]
    [DataRow("""{"name":"dog"}""", "categories[1] has no id")]
    [DataRow("""{"id":2}""", "categories[1] has no name")]
    [DataRow("""{"id":2,"name":" "}""", "categories[1] has no name")]
    [DataRow("null", "categories[1] has no id")]
    public void Open_CategoryWithoutIdOrName_IsLeftOutWithItsAnnotations(string category, string reason)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("coco.json", $$"""
            {"images":[{"id":1,"file_name":"a.png"}],"categories":[{"id":1,"name":"cat"},{{category}}],
            "annotations":[{"image_id":1,"category_id":1,"bbox":[10,5,20,10]},{"image_id":1,"category_id":2,"bbox":[10,5,20,10]}]}
            """);

        var data = folder.Open();

        CollectionAssert.AreEqual(new[] { "cat" }, data.ClassNames.ToArray());
        Assert.HasCount(1, data.Images.Single().Boxes);
        Assert.AreEqual("left out: 2 unusable entries", LeftOut.Summarize(data.LeftOut, data.Images.Count));
        Assert.Contains(reason, data.LeftOut[0].Reason);
    }

    /// <summary>Runs against pixels that are filled one by one; compressed runs by cocoapi's rule, written here anew.</summary>
    [TestMethod]
    public void Box_RandomRuns_IsThatOfThePixels()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var (width, height) = (random.Next(1, 9), random.Next(1, 9));
            var pixels = new bool[width * height];
            var share = random.NextDouble();
            for (var i = 0; i < pixels.Length; i++) pixels[i] = random.NextDouble() < share;
            var (runs, value, length) = (new List<long>(), false, 0L);
            foreach (var pixel in pixels)
            {
                if (pixel != value)
                {
                    runs.Add(length);
                    (value, length) = (pixel, 0);
                }
                length++;
            }
            runs.Add(length);
            var set = Enumerable.Range(0, pixels.Length).Where(i => pixels[i]).Select(i => (X: i / height, Y: i % height)).ToList();
            BoxCorners? expected = set.Count == 0 ? null : new(set.Min(p => p.X), set.Min(p => p.Y), set.Max(p => p.X) + 1, set.Max(p => p.Y) + 1);
            foreach (var counts in new[] { $"[{string.Join(',', runs)}]", JsonSerializer.Serialize(Compress(runs)) })
            {
                var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes($$"""{"size":[{{height}},{{width}}],"counts":{{counts}} }"""));
                reader.Read();
                var read = CocoRuns.Read(ref reader)!;
                CollectionAssert.AreEqual(runs, read.Runs.Select(r => (long)r).ToList(), counts);
                Assert.AreEqual(expected, read.Box(), counts);
            }
        }
    }

    // A run of 1,000 needs several characters; the difference from two runs before may be negative.
    private static string Compress(List<long> runs)
    {
        var text = new StringBuilder();
        for (var i = 0; i < runs.Count; i++)
        {
            var x = i > 2 ? runs[i] - runs[i - 2] : runs[i];
            bool more;
            do
            {
                var bits = x & 31;
                x >>= 5;
                more = (bits & 16) != 0 ? x != -1 : x != 0;
                text.Append((char)(bits + (more ? 32 : 0) + 48));
            }
            while (more);
        }
        return text.ToString();
    }

    [TestMethod]
    [DataRow("""[{"id":0,"name":"cat","supercategory":"none"},{"id":1,"name":"cat","supercategory":"cat"},{"id":2,"name":"dog","supercategory":"cat"}]""", "cat,dog", "groups other categories")]
    [DataRow("""[{"id":0,"name":"pets","supercategory":"none"},{"id":1,"name":"cat","supercategory":"pets"},{"id":2,"name":"dog","supercategory":"pets"}]""", "cat,dog", "groups other categories")]
    [DataRow("""[{"id":0,"name":"bird","supercategory":"none"},{"id":1,"name":"cat","supercategory":"none"}]""", "bird,cat", "")]
    [DataRow("""[{"id":1,"name":"cat"},{"id":2,"name":"dog"},{"id":3,"name":" cat "}]""", "cat,dog", "the categories 1, 3 are all called 'cat'; they are one class")]
    [DataRow("""[{"id":1,"name":"cat"},{"id":1,"name":"cat"},{"id":2,"name":3}]""", "cat,3", "")]
    public void Open_CategoriesOfGroupsOrTwice_AreClassesOnce(string categories, string names, string warning)
    {
        using var folder = new DataSetFolder().Image("a.png").Text("coco.json", $$"""
            {"images":[{"id":1,"file_name":"a.png"}],"categories":{{categories}},"annotations":[{"image_id":1,"category_id":1,"bbox":[10,5,20,10]}]}
            """);

        var data = folder.Open(new() { Strict = true });

        Assert.AreEqual(names, string.Join(',', data.ClassNames));
        Assert.AreEqual("cat", data.Images[0].Boxes.Single().Label);
        Assert.AreEqual(warning.Length > 0 ? 1 : 0, data.Warnings.Count);
        if (warning.Length > 0) StringAssert.Contains(data.Warnings[0], warning);
    }

    [TestMethod]
    public void Open_ImagesOfOneIdOrWithoutName_AreLeftOut()
    {
        using var folder = new DataSetFolder().Image("a.png", "b.png", "c.png").Text("coco.json", """
            {"images":[{"id":1,"file_name":"a.png"},{"id":2,"file_name":"b.png"},{"id":2,"file_name":"c.png"},{"id":3},{"file_name":"a.png"},null,{"id":1,"file_name":"a.png"}],
            "categories":[{"id":1,"name":"cat"}],"annotations":[]}
            """);

        var data = folder.Open();

        Assert.AreEqual("1", data.Images.Single().Id);
        Assert.AreEqual("1 of 2 images left out: 1 image of several labels or ids; also left out: 3 unusable entries", LeftOut.Summarize(data.LeftOut, data.Images.Count));
    }

    [TestMethod]
    public void Open_JsonOfAnyName_IsRecognisedByItsKeys()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("labels.json",
            """{"info":{"shapes":1},"images":[{"id":1,"file_name":"a.png"}],"categories":[{"id":1,"name":"cat"}],"annotations":[]}""").Text("other.json", "[1]");
        Assert.AreEqual(DetectionDataSetFormat.Coco, folder.Open().Format);
    }

    /// <summary>Python's json.load reads NaN and Infinity; what is in a text stays, however the file is cut into reads.</summary>
    [TestMethod]
    public void Read_PythonNumbers_BecomeNullOutsideTexts()
    {
        const string Text = """{"a":NaN,"b":-Infinity,"c":[Infinity,-1,-0.5e-3,NaN],"d":"NaN \" -Infinity \\","e\\\"":"Infinity","f":-NaN,"g":null,"h":true}""";
        const string Expected = """{"a":null,"b":null,"c":[null,-1,-0.5e-3,null],"d":"NaN \" -Infinity \\","e\\\"":"Infinity","f":null,"g":null,"h":true}""";
        for (var step = 1; step < 40; step++)
        {
            using var stream = new PythonJsonStream(new Slow(Encoding.UTF8.GetBytes(Text), step));
            using var reader = new StreamReader(stream);
            Assert.AreEqual(Expected, reader.ReadToEnd(), $"{step} bytes at a time");
        }
    }

    private sealed class Slow(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, step));
    }
}
