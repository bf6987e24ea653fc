#!/usr/bin/env dotnet
#:project ../../src/MlNetVision/MlNetVision.csproj
#:property PublishAot=false

// Makes blood-cells.onnx beside this file from the Darknet network of the same name:
//   dotnet run assets/models/blood-cells.cs [FOLDER with blood-cells.cfg, .weights, .names]
using System.Runtime.CompilerServices;
using MlNetVision.Models;

var here = SourceFolder();
var source = args.Length > 0 ? args[0] : Path.Combine(here, "../../../shared/models/darknet");

// With the names beside it.
var model = ModelLocator.Open(Path.Combine(source, "blood-cells.cfg"));
// It was trained on stretched images, unlike Darknet's own networks.
model.Metadata[VisionMetadata.ResizeKey] = "stretch";
model.Metadata[VisionMetadata.ResizeReasonKey] = null;
model.Metadata[VisionMetadata.LicenseKey] = "MIT";
model.Check();
model.Save(Path.Combine(here, "blood-cells.onnx"));
Console.WriteLine($"blood-cells.onnx: {model.ToBytes().Length:N0} bytes");

static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
