using System.Globalization;
using MlNetVision.Notebooks;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return args switch
{
    ["build", var folder] => Notebooks.Build(folder),
    ["run", var folder] => await Notebooks.RunAsync(folder, check: false),
    ["run", var folder, "--check"] => await Notebooks.RunAsync(folder, check: true),
    _ => Notebooks.Usage(),
};
