#!/usr/bin/env dotnet
#:project ../../src/MlNetVision/MlNetVision.csproj
#:property PublishAot=false

// Makes flowers.onnx beside this file from the network as PyTorch exported it, which says nothing of itself:
//   dotnet run assets/models/flowers.cs [FOLDER with flowers.onnx]
using System.Runtime.CompilerServices;
using MlNetVision.Models;
using MlNetVision.Onnx;

var here = SourceFolder();
var source = args.Length > 0 ? args[0] : Path.Combine(here, "../../../shared/models/ours");

var model = OnnxModel.Load(Path.Combine(source, "flowers.onnx"));
model.SetNames(["roses", "sunflowers", "tulips"]);
model.SetImageSize(height: 160, width: 160);
model.Metadata[VisionMetadata.TaskKey] = "classify";
model.Metadata[VisionMetadata.PreprocessKey] = "tf";
model.Metadata[VisionMetadata.ResizeKey] = "stretch";
model.Metadata[VisionMetadata.LicenseKey] = "MIT";
model.Check();
model.Save(Path.Combine(here, "flowers.onnx"));
Console.WriteLine($"flowers.onnx: {model.ToBytes().Length:N0} bytes");

static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
