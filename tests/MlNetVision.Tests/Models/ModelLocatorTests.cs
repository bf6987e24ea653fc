using MlNetVision.Models;

namespace MlNetVision.Tests.Models;

[TestClass]
public sealed class ModelLocatorTests
{
    [TestMethod]
    public void Open_MistypedNameOrFolder_SaysWhatMayHaveBeenMeant()
    {
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => ModelLocator.Open("starry-nigth")).Message, "Did you mean starry-night?");
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => ModelLocator.Open(Path.GetTempPath())).Message, "is a folder");
    }
}
