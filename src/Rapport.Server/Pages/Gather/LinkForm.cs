using Rapport.Server.HealthLinks;

namespace Rapport.Server.Pages.Gather;

/// <summary>A pasted link or card as it was sent. It is a secret: it stands in no address and in no log, and a page shows it only to who sent it.</summary>
public sealed class LinkForm
{
    /// <summary>The most letters: all codes of a card of many parts.</summary>
    public const int MostText = 400_000;

    public const int MostPasscode = 200;

    private const string CardStart = "shc:/";

    /// <summary>What was pasted.</summary>
    public string Text { get; private init; } = "";

    /// <summary>What was given beside it. Never shown again.</summary>
    public string Passcode { get; private init; } = "";

    /// <summary>What is wrong with it, as messages are; null for nothing.</summary>
    public string? Problem { get; private init; }

    /// <summary>Whether what is wrong is the passcode.</summary>
    public bool IsAboutPasscode { get; private init; }

    /// <summary>Whether it is what the codes of a health card say.</summary>
    public bool IsCard => Text.StartsWith(CardStart, StringComparison.OrdinalIgnoreCase);

    public static LinkForm Read(IFormCollection form)
    {
        var (text, passcode) = (form["link"].ToString().Trim(), form["passcode"].ToString().Trim());
        return text.Length > MostText ? new LinkForm { Problem = OpeningText.TooLong }
            : text.Length == 0 ? new LinkForm { Problem = OpeningText.Empty }
            : passcode.Length > MostPasscode ? new LinkForm { Text = text, Problem = OpeningText.PasscodeTooLong, IsAboutPasscode = true }
            : new LinkForm { Text = text, Passcode = passcode };
    }

    /// <summary>The same with what is wrong.</summary>
    public LinkForm With(string problem, bool isAboutPasscode = false) => new() { Text = Text, Problem = problem, IsAboutPasscode = isAboutPasscode };
}
