using System.Text.RegularExpressions;

namespace Rapport.Architecture.Tests;

/// <summary>What people type into looks the same everywhere, and is as large.</summary>
public sealed partial class FieldsTests
{
    /// <summary>What is drawn in a way of its own, or not at all.</summary>
    private static readonly string[] NotTypedInto = ["hidden", "checkbox", "radio", "range"];

    [Fact]
    public void EveryKindOfFieldOfAPageIsDrawn()
    {
        var drawn = File.ReadAllText(Path.Combine(House.Root.FullName, "src/Rapport.Server/Design/Components/Forms.css"));
        House.AssertNone(
            from page in House.Files("src/Rapport.Server", ".razor")
            from Match field in Field().Matches(File.ReadAllText(page.FullName))
            let kind = field.Groups["kind"].Value
            where !NotTypedInto.Contains(kind) && !drawn.Contains($"input[type=\"{kind}\"],", StringComparison.Ordinal)
            select $"{House.PathOf(page)} has a field of the kind {kind}");
    }

    [GeneratedRegex("<input [^>]*type=\"(?<kind>[a-z-]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Field();
}
