namespace Rapport.Gathering;

/// <summary>A format that sources come in. Recognises its own by content, and reads it into a harvest. Stateless.</summary>
internal interface ISourceFormat
{
    /// <summary>Its short name, as reports and <c>--json</c> say it: <c>fhir</c>, <c>ccda</c>, <c>apple-health</c> …</summary>
    string Name { get; }

    /// <summary>Whether a source that begins so is of this format, damaged or not. The formats are asked in the order of <see cref="SourceFormats.All"/>.</summary>
    bool Recognises(SourceHead head);

    /// <summary>
    /// Reads the source from its start to its end. What is in it goes to the harvest: taken, or named as not taken. A source that cannot be read at all is
    /// refused (<see cref="Harvest.Refuse(string, string, string)"/>), with line and reason; a part that cannot is damaged (<see cref="Harvest.Damaged"/>).
    /// </summary>
    /// <exception cref="InvalidDataException">The source breaks a limit; the message says which. The source is refused.</exception>
    /// <exception cref="System.Xml.XmlException">The source is XML that is not well-formed. The source is refused, with the line.</exception>
    void Read(SourceContent content, Harvest harvest, CancellationToken cancel);
}
