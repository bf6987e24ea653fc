using MlNetVision.Data;

namespace MlNetVision.Tests.Data;

[TestClass]
public sealed class CocoReaderTests
{
    private const string Categories = """ "categories":[{"id":18,"name":"dog"},{"id":3,"name":"car"}] """;
    private const string Images = """ "images":[{"id":9,"file_name":"b.png","width":100,"height":50},{"id":2,"file_name":"a.png","width":100,"height":50}] """;

    [TestMethod]
    public void Read_FileNameWithANullCharacter_NamesTheImage()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("a.json",
            """{"images": [{"id": 7, "file_name": "a\u0000.png"}], "annotations": [], "categories": [{"id": 1, "name": "cat"}]}""");
        Assert.Contains("a.json: the file_name of image 7: 'a\\0.png' has a null character", folder.Error("a.json"));
    }

    [TestMethod]
    public void Open_CocoFolder_ReadsBoxesCrowdsAndNames()
    {
        using var folder = new DataSetFolder().Image("val2017/a.png", "val2017/b.png").Text("annotations/captions_val2017.json", "{}")
            .Text("annotations/instances_val2017.json", $$"""
                {"info":{}, {{Images}}, {{Categories}}, "annotations":[
                  {"id":1,"image_id":9,"category_id":18,"bbox":[10,5,20.5,10],"iscrowd":0,"area":205,"segmentation":[[1,2,3,4]]},
                  {"id":2,"image_id":9,"category_id":3,"bbox":[0,0,100,50],"iscrowd":1,"segmentation":{"counts":[1],"size":[50,100]} }]}
                """);

        var data = folder.Open();

        Assert.AreEqual(DetectionDataSetFormat.Coco, data.Format);
        CollectionAssert.AreEqual(new[] { "car", "dog" }, data.ClassNames.ToArray(), "by category id");
        CollectionAssert.AreEqual(new[] { "2", "9" }, data.Images.Select(p => p.Id).ToArray(), "by image id");
        CollectionAssert.AreEqual(new GroundTruthBox[] { new("dog", new(10, 5, 30.5f, 15)) { Area = 205 }, new("car", new(0, 0, 100, 50), Crowd: true) }, data.Images[1].Boxes.ToArray());
        Assert.AreEqual(folder.PathOf("val2017/a.png"), data.Images[0].Path);
        Assert.HasCount(2, folder.Open(new() { Split = "val2017" }).Images);
        Assert.Contains("for the split 'train'", folder.Error(options: new() { Split = "train" }));
    }

    [TestMethod]
    public void Open_JsonFile_FindsImagesBesideOrWhereTold()
    {
        var json = $$"""{ {{Images}}, {{Categories}}, "annotations":[] }""";
        using var folder = new DataSetFolder().Image("here/a.png", "here/b.png", "there/a.png", "there/b.png").Text("here/_annotations.coco.json", json).Text("labels.json", json);

        Assert.AreEqual(folder.PathOf("here/a.png"), DetectionDataSet.Open(folder.PathOf("here")).Images[0].Path);
        Assert.AreEqual(folder.PathOf("there/a.png"), DetectionDataSet.Open(folder.PathOf("labels.json"), new() { Images = folder.PathOf("there") }).Images[0].Path);
        Assert.Contains("none of its first images", folder.Error("labels.json"));
    }

    [TestMethod]
    public void Open_SeveralFiles_AsksForSplit()
    {
        var json = $$"""{ {{Images}}, {{Categories}}, "annotations":[] }""";
        using var folder = new DataSetFolder().Image("images/a.png").Text("annotations/instances_val.json", json).Text("annotations/instances_minival.json", json);

        Assert.Contains("several COCO files: instances_minival.json, instances_val.json", folder.Error());
        Assert.EndsWith("instances_val.json", folder.Open(new() { Split = "val" }).Source);
    }

    [TestMethod]
    [DataRow("""{"id":1,"image_id":9,"category_id":18,"bbox":[30,15,-20,-10]}""", "swapped corners", 1)]
    [DataRow("""{"id":1,"image_id":9,"category_id":18,"bbox":[30,15,0,10]}""", "no area", 0)]
    [DataRow("""{"id":1,"image_id":9,"category_id":18,"bbox":[30,15,90,10]}""", "was clipped", 1)]
    [DataRow("""{"id":1,"image_id":9,"category_id":18,"bbox":[1,1,9,9]},{"id":1,"image_id":2,"category_id":18,"bbox":[1,1,9,9]}""", "annotations[1]: the annotation id 1 occurs more than once", 2)]
    public void Open_OddAnnotation_Warns(string annotations, string warning, int truths)
    {
        using var folder = new DataSetFolder().Image("a.png", "b.png").Text("coco.json", $$"""{ {{Images}}, {{Categories}}, "annotations":[{{annotations}}] }""");

        var data = folder.Open();

        Assert.Contains(warning, data.Warnings.Single());
        Assert.AreEqual(truths, data.Images.Sum(p => p.Boxes.Count));
    }

    [TestMethod]
    [DataRow("""{"image_id":7,"category_id":18,"bbox":[1,1,9,9]}""", "annotations[0]: there is no image of id 7.")]
    [DataRow("""{"image_id":9,"category_id":1,"bbox":[1,1,9,9]}""", "annotations[0]: there is no category of id 1")]
    [DataRow("""{"image_id":9,"category_id":18,"bbox":[1,1,9]}""", "annotations[0]: the bbox has 3 numbers")]
    [DataRow("""{"image_id":9,"category_id":18,"bbox":null}""", "annotations[0]: has no bbox")]
    [DataRow("""{"image_id":9,"category_id":18}""", "bbox")]
    [DataRow("""{"image_id":9,"category_id":18,"bbox":["a",1,1,1]}""", "the bbox holds what is no finite number")]
    [DataRow("""{"image_id":9,"category_id":18,"bbox":[1e999,1,1,1]}""", "the bbox holds what is no finite number")]
    [DataRow("null", "annotations[0]: is null")]
    public void Open_BadAnnotation_IsRefused(string annotation, string expected)
    {
        using var folder = new DataSetFolder().Image("a.png", "b.png").Text("coco.json", $$"""{ {{Images}}, {{Categories}}, "annotations":[{{annotation}}] }""");

        Assert.Contains(expected, folder.Error());
    }

    [TestMethod]
    [DataRow("", "not a COCO instances file")]
    [DataRow("[]", "not a COCO instances file")]
    [DataRow("""{"images":[]}""", "not a COCO instances file")]
    [DataRow("""{"images":null,"annotations":[],"categories":[]}""", "one is null")]
    [DataRow("""{"images":[{"id":1,"file_name":"a.png"},{"id":1,"file_name":"b.png"}],"annotations":[],"categories":[]}""", "images[1]: the image id 1 occurs twice")]
    [DataRow("""{"images":[],"annotations":[],"categories":[{"id":1,"name":"a"},{"id":1,"name":"b"}]}""", "categories[1]: the category id 1 occurs twice")]
    [DataRow("""{"images":[],"annotations":[],"categories":[{"name":"a"}]}""", "categories[0] has no id")]
    public void Open_BadFile_IsRefused(string json, string expected)
    {
        using var folder = new DataSetFolder().Image("a.png", "b.png").Text("coco.json", json);

        Assert.Contains(expected, folder.Error("coco.json"));
    }
}
