using System.CommandLine;
using Rapport.Server.Hosting;

namespace Rapport.Server.Cli;

/// <summary>By which an operator says where people turn in an emergency.</summary>
internal sealed class UrgentHelpOptions
{
    private const string NumberHelp = "a telephone number such as 112 or 911";
    private const int MostNumber = 20, MostLine = 200;

    private readonly Option<string> _number = new("--emergency-number")
    {
        Description = "The number that people are told to call in an emergency (RAPPORT_EMERGENCY_NUMBER)",
        HelpName = "NUMBER",
        CustomParser = static result => InstallationOptions.Parse(result, result.Tokens[0].Value, NumberHelp, ReadNumber),
        DefaultValueFactory = static result => InstallationOptions.Environment("RAPPORT_EMERGENCY_NUMBER") is { } text ? InstallationOptions.Parse(result, text, NumberHelp, ReadNumber) ?? UrgentHelp.Usual.Number : UrgentHelp.Usual.Number,
    };

    private readonly Option<string?> _selfHarm = Line("--self-harm-line", "RAPPORT_SELF_HARM_LINE", "who does not want to live");
    private readonly Option<string?> _poison = Line("--poison-line", "RAPPORT_POISON_LINE", "who has taken something that harms");
    private readonly Option<string?> _violence = Line("--violence-line", "RAPPORT_VIOLENCE_LINE", "who is hurt or threatened by somebody");

    public void AddTo(Command command)
    {
        command.Add(_number);
        command.Add(_selfHarm);
        command.Add(_poison);
        command.Add(_violence);
    }

    public UrgentHelp Read(ParseResult parsed) => new(parsed.GetValue(_number)!, parsed.GetValue(_selfHarm), parsed.GetValue(_poison), parsed.GetValue(_violence));

    internal static (bool Ok, string? Value) ReadNumber(string text) =>
        text.Trim() is { Length: > 0 and <= MostNumber } number && number.Any(char.IsAsciiDigit) && number.All(static letter => char.IsAsciiDigit(letter) || letter is '+' or ' ' or '-') ? (true, number) : (false, null);

    internal static (bool Ok, string? Value) ReadLine(string text) => text.Trim() is { Length: > 0 and <= MostLine } line && !InvisibleCharacters.AreIn(line) ? (true, line) : (false, null);

    private static Option<string?> Line(string name, string variable, string whom)
    {
        var help = $"words of at most {MostLine} letters on one line";
        return new(name)
        {
            Description = $"A line for {whom}, with its number, as people read it when the words of a message may mean that ({variable})",
            HelpName = "WORDS",
            CustomParser = result => InstallationOptions.Parse(result, result.Tokens[0].Value, help, ReadLine),
            DefaultValueFactory = result => InstallationOptions.Environment(variable) is { } text ? InstallationOptions.Parse(result, text, help, ReadLine) : null,
        };
    }
}
