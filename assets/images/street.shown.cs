#!/usr/bin/env dotnet
#:project ../../src/MlNetVision/MlNetVision.csproj
#:package Microsoft.ML.OnnxRuntime
#:package SkiaSharp.NativeAssets.Linux.NoDependencies
#:property PublishAot=false

// Draws street.shown.jpg beside this file: street.png, what the bundled network 'streets' sees in it, and how 'starry-night' paints it:
//   dotnet run assets/images/street.shown.cs [FOLDER]

using System.Runtime.CompilerServices;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;
using MlNetVision.Style;

using var street = RgbImage.Load(Path.Combine(SourceFolder(), "street.png"));
using var segmenter = Segmenter.Load("streets");
using var stylizer = ImageStylizer.Load("starry-night");
using var painted = stylizer.Stylize(street);
using var sheet = new ContactSheet(3, new ContactSheetOptions { Columns = 3, ThumbnailWidth = 480 });
sheet.Add(street, "a drawn street");
sheet.Add(street, segmenter.Segment(street).Mask, "its classes, by segment");
sheet.Add(painted.Stylized, "the same painted, by stylize");
sheet.Image.Save(Path.Combine(args.Length > 0 ? args[0] : SourceFolder(), "street.shown.jpg"));

static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
