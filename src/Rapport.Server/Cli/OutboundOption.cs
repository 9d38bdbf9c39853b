using System.CommandLine;
using Rapport.Server.Outbound;

namespace Rapport.Server.Cli;

/// <summary>By which an operator opens addresses of their own network to what the server asks of others.</summary>
internal static class OutboundOption
{
    private const string Variable = "RAPPORT_OUTBOUND";
    private const string Help = "a list of addresses that may be asked: give some such as https://10.1.0.0/16 or http://10.1.2.3/32:8080, separated by commas";

    public static Option<IReadOnlyList<OutboundOpening>> Create() => new("--outbound")
    {
        Description = "Addresses that may be asked although they are not public, such as https://10.1.0.0/16; without it https at public addresses only (RAPPORT_OUTBOUND)",
        HelpName = "ADDRESSES",
        CustomParser = static result => InstallationOptions.Parse(result, result.Tokens[0].Value, Help, Read),
        DefaultValueFactory = static result => InstallationOptions.Environment(Variable) is { } text ? InstallationOptions.Parse(result, text, Help, Read) ?? [] : [],
    };

    private static (bool, IReadOnlyList<OutboundOpening>?) Read(string text) => OutboundOpening.Parse(text) is { } openings ? (true, openings) : (false, null);
}
