#!/usr/bin/env dotnet
#:project ../../src/MlNetVision/MlNetVision.csproj
#:property PublishAot=false

// Makes starry-night.onnx beside this file from the network as PyTorch exported it, which says nothing of itself:
//   dotnet run assets/models/starry-night.cs [FOLDER with starry-night.onnx]
using System.Runtime.CompilerServices;
using MlNetVision.Models;
using MlNetVision.Onnx;

var here = SourceFolder();
var source = args.Length > 0 ? args[0] : Path.Combine(here, "../../../shared/models/ours");

var model = OnnxModel.Load(Path.Combine(source, "starry-night.onnx"));
model.Metadata[VisionMetadata.TaskKey] = "stylize";
model.Metadata[VisionMetadata.PreprocessKey] = "raw";
model.Metadata[VisionMetadata.ResizeKey] = "letterbox";
model.Metadata[VisionMetadata.StrideKey] = "4";
model.Metadata[VisionMetadata.LicenseKey] = "MIT";
model.Check();
model.Save(Path.Combine(here, "starry-night.onnx"));
Console.WriteLine($"starry-night.onnx: {model.ToBytes().Length:N0} bytes");

static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
