using System.Text;
using MlNetVision.Detection;
using MlNetVision.Files;
using MlNetVision.Models;

namespace MlNetVision.Tests.Detection;

[TestClass]
public class YoloFilesTests
{
    [TestMethod]
    [DataRow("person\nbicycle\ntraffic light\n")]
    [DataRow("person\r\nbicycle\r\ntraffic light\r\n\r\n  \r\n")]
    [DataRow("\uFEFFperson\nbicycle \n traffic light")]
    public void Names_AnyLineEnds_OneALine(string text) => InFile(Encoding.UTF8.GetBytes(text), path =>
        CollectionAssert.AreEqual(new[] { "person", "bicycle", "traffic light" }, LabelFile.Read(path).ToArray()));

    [TestMethod]
    [DataRow("", "is empty")]
    [DataRow("\n \n", "is empty")]
    [DataRow("a\0b", "is not text: character 2 has the code 0")]
    public void Names_BadText_ThrowsNamingFile(string text, string part) => Refuses(path => LabelFile.Read(path), Encoding.UTF8.GetBytes(text), part);

    [TestMethod]
    public void Names_Unreadable_ThrowsNamingFile()
    {
        Refuses(path => LabelFile.Read(path), [(byte)'a', 0xFF, 0xFE], "is not UTF-8 text (byte 2)");
        Refuses(path => LabelFile.Read(path), new byte[SmallTextFile.MaxBytes + 1], "has more than 1048576 bytes");
        Refuses(path => LabelFile.Read(Path.GetDirectoryName(path)!), [], "cannot be read", Path.GetTempPath().TrimEnd('/'));
        Assert.ThrowsExactly<BadModelException>(() => LabelFile.Read("nowhere/coco.names"));
    }

    [TestMethod]
    [DataRow("coco.names", 80, "person", "toothbrush")]
    [DataRow("voc.names", 20, "aeroplane", "tvmonitor")]
    [DataRow("blood-cells.names", 3, "RBC", "Platelets")]
    public void Names_PublishedFile_AllOfThem(string file, int count, string first, string last)
    {
        var names = LabelFile.Read(Shared.Path("models", "darknet", file));
        Assert.HasCount(count, names);
        Assert.AreEqual((first, last), (names[0], names[^1]));
    }

    [TestMethod]
    [DataRow("0.57273, 0.677385, 1.87446, 2.06253, 3.33843, 5.47434, 7.88282, 3.52778, 9.77052, 9.16828\n")]
    [DataRow("\uFEFF0.57273,0.677385\r\n1.87446,2.06253\r\n3.33843 5.47434\t7.88282,,3.52778,9.77052,9.16828,")]
    public void Anchors_Yad2k_AsPublished(string text) => InFile(Encoding.UTF8.GetBytes(text), path =>
        CollectionAssert.AreEqual(PublishedAnchors.YoloV2Coco.ToArray(), YoloAnchorsFile.Read(path).ToArray()));

    [TestMethod]
    [DataRow("", "is empty")]
    [DataRow("1,2,3", "has 3 values, which is odd")]
    [DataRow("1,2,x,4", "value 3 is 'x', not a number above 0")]
    [DataRow("1,-2", "value 2 is '-2'")]
    [DataRow("0,2", "value 1 is '0'")]
    [DataRow("NaN,2", "value 1 is 'NaN'")]
    [DataRow("1,1e99", "value 2 is '1e99'")]
    [DataRow("1;2,3", "value 1 is '1;2'")]
    public void Anchors_BadText_ThrowsNamingFile(string text, string part) => Refuses(path => YoloAnchorsFile.Read(path), Encoding.UTF8.GetBytes(text), part);

    [TestMethod]
    public void Anchors_TooMany_Throws() =>
        Refuses(path => YoloAnchorsFile.Read(path), Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("1,2,", 1001))), "has 1001 anchors, more than 1000");

    // The line "anchors" of Darknet's cfg/yolov2-voc.cfg.
    [TestMethod]
    public void PublishedAnchors_Voc_AsDarknetPublishedThem() => CollectionAssert.AreEqual(
        YoloAnchorsFile.Parse("1.3221, 1.73145, 3.19275, 4.00944, 5.05587, 8.09892, 9.47112, 4.84053, 11.2364, 10.0071", "yolov2-voc.cfg").ToArray(),
        PublishedAnchors.YoloV2Voc.ToArray());

    // YOLO-LITE keeps the anchors of Tiny YOLO v2.
    [TestMethod]
    public void PublishedAnchors_TinyVoc_AsInYoloLite()
    {
        var line = File.ReadLines(Shared.Path("models", "darknet", "yolo-lite-voc.cfg")).First(x => x.Replace(" ", "").StartsWith("anchors=", StringComparison.Ordinal));
        CollectionAssert.AreEqual(PublishedAnchors.TinyYoloV2Voc.ToArray(), YoloAnchorsFile.Parse(line[(line.IndexOf('=') + 1)..], "yolo-lite-voc.cfg").ToArray());
        Assert.AreEqual(new AnchorSize(9.77052f, 9.16828f), PublishedAnchors.YoloV2Coco[4]);
    }

    private static void Refuses(Action<string> read, byte[] bytes, string part, string? named = null) => InFile(bytes, path =>
    {
        var error = Assert.ThrowsExactly<BadModelException>(() => read(path));
        StringAssert.Contains(error.Message, part);
        StringAssert.Contains(error.Message, named ?? path);
        StringAssert.Contains(error.Message, "Expected: ");
    });

    private static void InFile(byte[] bytes, Action<string> use)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            use(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
