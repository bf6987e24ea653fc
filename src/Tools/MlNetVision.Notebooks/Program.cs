using System.Globalization;
using MlNetVision.Notebooks;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return args switch
{
    ["build", var folder] => Notebooks.Build(folder),
    ["run", var folder, "--check", .. var names] => Notebooks.Run(folder, names, check: true),
    ["run", var folder, .. var names] => Notebooks.Run(folder, names, check: false),
    _ => Notebooks.Usage(),
};
