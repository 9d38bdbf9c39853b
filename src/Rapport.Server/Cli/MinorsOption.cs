using System.CommandLine;
using System.Globalization;
using Rapport.Consent;

namespace Rapport.Server.Cli;

/// <summary>By which an operator says from which age on what is confidential for a child, and when parents act no more.</summary>
internal static class MinorsOption
{
    private const string Variable = "RAPPORT_MINORS";
    private const string Help = "two ages such as 12-18, and if you like the labels that are confidential: 12-18:ADOL,SEX,PSY";

    public static Option<MinorPolicy> Create() => new("--minors")
    {
        Description = "From which age what is confidential leaves the sight of parents, and from which they act no more; with the labels that are confidential if not the usual ones. The same on every node (RAPPORT_MINORS)",
        HelpName = "AGES",
        CustomParser = static result => InstallationOptions.Parse(result, result.Tokens[0].Value, Help, Read),
        DefaultValueFactory = static result => InstallationOptions.Environment(Variable) is { } text ? InstallationOptions.Parse(result, text, Help, Read) ?? MinorPolicy.Usual : MinorPolicy.Usual,
    };

    internal static (bool Ok, MinorPolicy? Value) Read(string text)
    {
        var parts = text.Split(':');
        if (parts.Length > 2 || parts[0].Split('-') is not [var first, var last] || Age(first) is not { } from || Age(last) is not { } until || from > until)
        {
            return (false, null);
        }

        var labels = parts.Length == 2 ? parts[1].Split(',', StringSplitOptions.TrimEntries) : MinorPolicy.Usual.Labels;
        return labels.All(IsKnown) ? (true, new MinorPolicy(from, until, labels)) : (false, null);
    }

    private static int? Age(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var age) && age <= 30 ? age : null;

    /// <summary>What is not known is told as its code in backticks.</summary>
    private static bool IsKnown(string label) => SecurityLabels.IsSensitive("", label) && !SecurityLabels.Describe("", label).StartsWith('`');
}
