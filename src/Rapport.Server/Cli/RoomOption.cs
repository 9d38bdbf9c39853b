using System.CommandLine;
using System.Globalization;
using Rapport.Records;

namespace Rapport.Server.Cli;

/// <summary>By which an operator says how much a record may hold.</summary>
internal static class RoomOption
{
    private const string Variable = "RAPPORT_ROOM";
    private const string Help = "a number of gigabytes such as 20, and if you like one of entries: 20:250000";
    private const long Gigabyte = 1024L * 1024 * 1024;

    public static Option<RecordRoom> Create() => new("--room")
    {
        Description = "How much a patient may bring into their record: gigabytes, and versions of entries. Whoever else writes into it has parts of their own beside that. The same on every node (RAPPORT_ROOM)",
        HelpName = "GIGABYTES",
        CustomParser = static result => InstallationOptions.Parse(result, result.Tokens[0].Value, Help, Read),
        DefaultValueFactory = static result => InstallationOptions.Environment(Variable) is { } text ? InstallationOptions.Parse(result, text, Help, Read) ?? RecordRoom.Usual : RecordRoom.Usual,
    };

    internal static (bool Ok, RecordRoom? Value) Read(string text) =>
        text.Split(':') is [var bytes, .. var rest] && rest.Length <= 1 && Number(bytes, 1_000_000) is { } gigabytes && Number(rest is [var entries] ? entries : $"{RecordRoom.Usual.Entries}", 100_000_000) is { } most
            ? (true, new RecordRoom(gigabytes * Gigabyte, most)) : (false, null);

    private static long? Number(string text, long most) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most ? number : null;
}
