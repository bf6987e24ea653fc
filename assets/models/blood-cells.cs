#!/usr/bin/env dotnet
#:project ../../src/MlNetVision.Training/MlNetVision.Training.csproj
#:property PublishAot=false

// Makes blood-cells.onnx beside this file of what the training of blood-cells.md wrote:
//   dotnet run assets/models/blood-cells.cs cells.weights      (with cells.cfg and cells.names beside it)
using System.Runtime.CompilerServices;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Training.Detection;

if (args is not [var weights])
{
    Console.Error.WriteLine("Expected the .weights file that the training wrote; blood-cells.md has its command.");
    return 2;
}
var cfg = Path.ChangeExtension(weights, ".cfg");
var model = ModelLocator.Open(cfg);
// The data set has its classes in alphabetical order; apps know them by these indices.
string[] names = ["RBC", "WBC", "Platelets"];
Reorder([.. names.Select(name => Array.IndexOf(model.GetNames()!, name))]);
model.SetNames(names);
// A later training starts from the network as it is written there.
model.Metadata[DetectorStart.NetworkKey] = File.ReadAllText(cfg);
model.Metadata[VisionMetadata.LicenseKey] = "MIT";
model.Check();
model.Save(Path.Combine(SourceFolder(), "blood-cells.onnx"));
Console.WriteLine($"blood-cells.onnx: {model.ToBytes().Length:N0} bytes");
return 0;

// The last convolution gives, for each anchor, x, y, w, h, the objectness, and the classes.
void Reorder(int[] order)
{
    const int Box = 5;
    var (last, length) = (model.Graph.Node.Last(n => n.OpType == "Conv"), Box + order.Length);
    foreach (var name in last.Input.Skip(1))
    {
        var tensor = model.Graph.Initializer.First(t => t.Name == name);
        var values = TensorData.Floats(tensor).ToArray();
        var rows = values.Chunk(values.Length / (int)tensor.Dims[0]).ToArray();
        TensorData.Write(tensor, [.. rows.SelectMany((row, i) => i % length < Box ? row : rows[i - (i % length) + Box + order[(i % length) - Box]])]);
    }
}

static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
