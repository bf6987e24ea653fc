#!/usr/bin/env dotnet
#:project ../../src/MlNetVision/MlNetVision.csproj
#:property PublishAot=false

// Makes streets.onnx beside this file from the network as PyTorch exported it, which says nothing of itself:
//   dotnet run assets/models/streets.cs [FOLDER with streets.onnx]
using System.Runtime.CompilerServices;
using MlNetVision.Models;
using MlNetVision.Onnx;

var here = SourceFolder();
var source = args.Length > 0 ? args[0] : Path.Combine(here, "../../../shared/models/ours");

var model = OnnxModel.Load(Path.Combine(source, "streets.onnx"));
model.SetNames(["sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian", "bicyclist"]);
model.SetImageSize(height: 360, width: 480);
model.Metadata[VisionMetadata.TaskKey] = "segment";
model.Metadata[VisionMetadata.PreprocessKey] = "tf";
model.Metadata[VisionMetadata.ResizeKey] = "stretch";
model.Metadata[VisionMetadata.LicenseKey] = "MIT";
model.Check();
model.Save(Path.Combine(here, "streets.onnx"));
Console.WriteLine($"streets.onnx: {model.ToBytes().Length:N0} bytes");

static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
