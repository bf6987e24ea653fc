using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MlNetVision.Models;
using MlNetVision.Training.Tests.Classification;

namespace MlNetVision.Training.Tests;

/// <summary>
/// Gives all tests a model folder of their own instead of the user's. In it <see cref="TinyBackbone"/> stands under the names of the networks of
/// three architectures, two of which a catalogue says to be pulled; Inception v3 and VGG16 are not there.
/// </summary>
[TestClass]
public static class ModelFolderOfTests
{
    private static readonly TemporaryFolder Folder = new();

    [AssemblyInitialize]
    public static void Redirect(TestContext _)
    {
        var models = Directory.CreateDirectory(Folder.Path("models")).FullName;
        foreach (var name in new[] { "resnet101-v2-7", "resnet50-v2-7", "mobilenetv2-7" })
            TinyBackbone.Build().Save(Path.Combine(models, $"{name}.onnx"));
        File.WriteAllText(Folder.Path("catalogue.json"), Catalogue(File.ReadAllBytes(Path.Combine(models, "mobilenetv2-7.onnx"))));
        Environment.SetEnvironmentVariable(ModelFolder.Variable, models);
        Environment.SetEnvironmentVariable(ModelCatalogue.Variable, Folder.Path("catalogue.json"));
    }

    [AssemblyCleanup]
    public static void Delete() => Folder.Dispose();

    /// <summary>The entries of the library's catalogue, with this file in place of the published ones.</summary>
    private static string Catalogue(byte[] file)
    {
        var catalogue = JsonNode.Parse(File.ReadAllText(Path.Combine(Shared.Repository, "assets", "catalogue.json")))!;
        var models = catalogue["models"]!.AsArray();
        foreach (var model in models.ToList())
        {
            if ((string?)model!["name"] is not ("mobilenetv2-7" or "resnet50-v2-7"))
            {
                models.Remove(model);
                continue;
            }
            (model["inputWidth"], model["inputHeight"]) = (16, 16);
            var only = model["files"]!.AsArray().Single()!;
            (only["size"], only["sha256"]) = (file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
        }
        return catalogue.ToJsonString();
    }
}
