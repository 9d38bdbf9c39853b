using System.CommandLine;
using System.CommandLine.Parsing;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Cli;

/// <summary>The options by which every command that needs the installation finds it: a flag, else the environment, else the default.</summary>
internal sealed class InstallationOptions
{
    private readonly Option<string> _data = new("--data")
    {
        Description = "Folder of the database and the key file (RAPPORT_DATA)",
        HelpName = "DIR",
        DefaultValueFactory = _ => Environment("RAPPORT_DATA") ?? "./data",
    };

    // The variable is not its default value: help prints those, and it may hold a password.
    private readonly Option<string?> _database = new("--database")
    {
        Description = "PostgreSQL connection; without it a SQLite file in the data folder (RAPPORT_DATABASE)",
        HelpName = "CONNECTION",
    };

    private readonly Option<string?> _keyFile = new("--key-file")
    {
        Description = "The master key; without it `master.key` in the data folder (RAPPORT_KEY_FILE)",
        HelpName = "FILE",
    };

    private readonly Option<RecordRoom> _room = RoomOption.Create();

    public InstallationOptions AddTo(Command command)
    {
        command.Add(_data);
        command.Add(_database);
        command.Add(_keyFile);
        command.Add(_room);
        return this;
    }

    public ServerSettings Read(ParseResult parsed) => new()
    {
        DataFolder = Path.GetFullPath(parsed.GetValue(_data)!),
        Database = parsed.GetValue(_database) ?? Environment("RAPPORT_DATABASE"),
        KeyFile = parsed.GetValue(_keyFile) ?? Environment("RAPPORT_KEY_FILE"),
        Room = parsed.GetValue(_room)!,
    };

    /// <summary>A variable that is set and not empty.</summary>
    public static string? Environment(string name) => System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>Reads a value, or reports that <paramref name="text"/> is not <paramref name="what"/>.</summary>
    public static T? Parse<T>(ArgumentResult result, string text, string what, Func<string, (bool Ok, T? Value)> parse)
    {
        var (ok, value) = parse(text);
        if (!ok)
        {
            result.AddError($"`{text}` is not {what}");
        }

        return value;
    }
}
