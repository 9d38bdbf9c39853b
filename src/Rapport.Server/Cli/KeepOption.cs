using System.CommandLine;
using Rapport.Conversations;

namespace Rapport.Server.Cli;

/// <summary>By which an operator says how long conversations are kept in which nothing happens any more.</summary>
internal static class KeepOption
{
    private const string Variable = "RAPPORT_KEEP_CONVERSATIONS";
    private const string Help = "a time of a year at least, such as 10y or 18m";

    public static Option<KeepingRule?> Create() => new("--keep-conversations")
    {
        Description = "Deletes conversations in which nothing happened for so long, 30 days after everybody in one is told; without it none is ever deleted. The same on every node (RAPPORT_KEEP_CONVERSATIONS)",
        HelpName = "TIME",
        CustomParser = static result => InstallationOptions.Parse(result, result.Tokens[0].Value, Help, Read),
        DefaultValueFactory = static result => InstallationOptions.Environment(Variable) is { } text ? InstallationOptions.Parse(result, text, Help, Read) : null,
    };

    internal static (bool Ok, KeepingRule? Value) Read(string text) => KeepingRule.Parse(text) is { } rule ? (true, rule) : (false, null);
}
