using MlNetVision.Models;

namespace MlNetVision.Tests.Models;

[TestClass]
public sealed class ModelFolderTests
{
    [TestMethod]
    public void Resolve_VariableSet_TakesItAsAFullPath() =>
        Assert.AreEqual(Path.GetFullPath("some/models"), ModelFolder.Resolve("some/models"));

    [TestMethod]
    [DataRow(null)]
    [DataRow(" ")]
    public void Resolve_VariableUnset_TakesTheUsersApplicationData(string? variable) =>
        StringAssert.EndsWith(ModelFolder.Resolve(variable), Path.Combine("mlnetvision", "models"));
}
