using System.CommandLine;
using System.Globalization;
using Rapport.Conversations;

namespace Rapport.Server.Cli;

/// <summary>By which an operator says how large a file of a message may be.</summary>
internal static class MessageFileOption
{
    private const string Help = "megabytes from 1 to 500";
    private const int Most = 500, Megabyte = 1024 * 1024;

    public static Option<long> Create() => new("--message-file")
    {
        Description = "The largest photo, document or voice note of a message, in megabytes (RAPPORT_MESSAGE_FILE)",
        HelpName = "MEGABYTES",
        CustomParser = static result => InstallationOptions.Parse(result, result.Tokens[0].Value, Help, Read),
        DefaultValueFactory = static result => InstallationOptions.Environment("RAPPORT_MESSAGE_FILE") is { } text ? InstallationOptions.Parse(result, text, Help, Read) : FileRules.UsualBytes,
    };

    internal static (bool Ok, long Value) Read(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes) && megabytes is >= 1 and <= Most ? (true, (long)megabytes * Megabyte) : (false, 0);
}
