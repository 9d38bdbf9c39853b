namespace Rapport.Server.Outbound;

/// <summary>What is asked of a server elsewhere.</summary>
/// <param name="Address">Where. Never logged, and in no error.</param>
internal sealed record OutboundRequest(Uri Address)
{
    /// <summary>What is sent along, as JSON; null to only ask.</summary>
    public byte[]? Json
    {
        get;
        init => (field, Content, ContentType) = (value, value, "application/json");
    }

    /// <summary>What is sent along; null to only ask.</summary>
    public byte[]? Content { get; init; }

    /// <summary>What kind of content that is.</summary>
    public string ContentType { get; init; } = "application/octet-stream";

    /// <summary>What else is said, by name.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Whether how it went is all that is wanted: then nothing of the answer is read, and nothing is followed.</summary>
    public bool IsStatusEnough { get; init; }

    /// <summary>What kinds of answer are understood.</summary>
    public string Accept { get; init; } = "application/json";

    /// <summary>The longest answer that is read, unpacked.</summary>
    public int MostBytes { get; init; } = 1024 * 1024;

    /// <summary>How long all of it may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What it is, and not where to.</summary>
    public override string ToString() => Content is null ? "GET" : "POST";
}

/// <summary>Why there is no answer. None of them tells whether a name leads into the inner network.</summary>
internal enum OutboundFailure
{
    /// <summary>Addresses of this form are not asked: no https, another port.</summary>
    NotAsked,

    /// <summary>Nothing answers there, or nothing that may be asked.</summary>
    NotReachable,

    /// <summary>Who answers cannot show that they are who the address names.</summary>
    NotSecure,

    /// <summary>It took too long.</summary>
    TooSlow,

    /// <summary>The answer is longer than what is read.</summary>
    TooLarge,

    /// <summary>It sent on too often, or to where it may not.</summary>
    Misdirected,

    /// <summary>The answer breaks off, or is none.</summary>
    Broken,

    /// <summary>The same person asks too much at once.</summary>
    TooMany,
}

/// <summary>What a server elsewhere answered, or why it did not.</summary>
internal sealed record OutboundAnswer
{
    /// <summary>Why there is none; null when there is.</summary>
    public OutboundFailure? Failure { get; init; }

    /// <summary>HTTP's number of how it went.</summary>
    public int Status { get; init; }

    /// <summary>What was answered, whole.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>What kind it says it is; null when it does not.</summary>
    public string? MediaType { get; init; }

    /// <summary>After how long it wants to be asked again; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How it went, and not what was said.</summary>
    public override string ToString() => Failure?.ToString() ?? Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
