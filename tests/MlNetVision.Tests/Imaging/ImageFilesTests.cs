using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
public sealed class ImageFilesTests
{
    [TestMethod]
    [DataRow("a/b.JPG", true)]
    [DataRow("b.jpeg", true)]
    [DataRow("b.Png", true)]
    [DataRow("b.webp", true)]
    [DataRow("b.bmp", true)]
    [DataRow("b.gif", true)]
    [DataRow("b.JFIF", true)]
    [DataRow("b.jpe", true)]
    [DataRow("b.pjpeg", true)]
    [DataRow("b.pjp", true)]
    [DataRow("b.dib", true)]
    [DataRow("b.tiff", false)]
    [DataRow("jpg", false)]
    [DataRow("b.jpg.txt", false)]
    public void IsImage_Extension_Decides(string path, bool expected) => Assert.AreEqual(expected, ImageFiles.IsImage(path));

    [TestMethod]
    public void FormatOf_ReadOnlyFormat_IsRefused()
    {
        Assert.AreEqual(ImageFormat.Jpeg, ImageFiles.FormatOf("x.JPEG"));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ImageFiles.FormatOf("x.gif")).Message, ".gif");
    }
}
