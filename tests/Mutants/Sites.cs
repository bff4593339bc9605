using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Autograd.Mutants;

/// <summary>
/// Finds the places of a file where an error can be planted. Places are found by syntax alone; what does not compile is dropped when the
/// tree is built. Left out are constants of the compiler (attributes, patterns, defaults), texts of messages, and what only decides how a
/// loop goes on for ever.
/// </summary>
sealed class Sites : CSharpSyntaxWalker
{
    static readonly Dictionary<SyntaxKind, (string Other, string Kind)> Binary = new()
    {
        [SyntaxKind.AddExpression] = ("-", "operator"),
        [SyntaxKind.SubtractExpression] = ("+", "operator"),
        [SyntaxKind.MultiplyExpression] = ("+", "operator"),
        [SyntaxKind.DivideExpression] = ("*", "operator"),
        [SyntaxKind.ModuloExpression] = ("/", "operator"),
        [SyntaxKind.LessThanExpression] = ("<=", "bound"),
        [SyntaxKind.LessThanOrEqualExpression] = ("<", "bound"),
        [SyntaxKind.GreaterThanExpression] = (">=", "bound"),
        [SyntaxKind.GreaterThanOrEqualExpression] = (">", "bound"),
        [SyntaxKind.EqualsExpression] = ("!=", "condition"),
        [SyntaxKind.NotEqualsExpression] = ("==", "condition"),
        [SyntaxKind.LogicalAndExpression] = ("||", "condition"),
        [SyntaxKind.LogicalOrExpression] = ("&&", "condition"),
        [SyntaxKind.BitwiseAndExpression] = ("|", "operator"),
        [SyntaxKind.BitwiseOrExpression] = ("&", "operator"),
    };

    static readonly Dictionary<SyntaxKind, string> Compound = new()
    {
        [SyntaxKind.AddAssignmentExpression] = "-=",
        [SyntaxKind.SubtractAssignmentExpression] = "+=",
        [SyntaxKind.MultiplyAssignmentExpression] = "/=",
        [SyntaxKind.DivideAssignmentExpression] = "*=",
    };

    static readonly Dictionary<string, string> Names = new()
    {
        ["Min"] = "Max", ["Max"] = "Min", ["Add"] = "Subtract", ["Subtract"] = "Add", ["Multiply"] = "Add", ["Floor"] = "Ceiling",
        ["Ceiling"] = "Floor",
        ["Sin"] = "Cos", ["Cos"] = "Sin", ["First"] = "Last", ["Last"] = "First", ["Any"] = "All", ["All"] = "Any", ["Mul"] = "Add",
        ["Sub"] = "Add",
    };

    readonly string file;
    readonly List<Mutant> found = [];

    Sites(string file) => this.file = file;

    public static IReadOnlyList<Mutant> In(string file, string source)
    {
        var sites = new Sites(file);
        sites.Visit(CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Preview)).GetRoot());
        return sites.found;
    }

    // Not planted in.
    public override void VisitAttributeList(AttributeListSyntax node) { }

    public override void VisitThrowStatement(ThrowStatementSyntax node) { }

    public override void VisitThrowExpression(ThrowExpressionSyntax node) { }

    public override void VisitInterpolatedStringExpression(InterpolatedStringExpressionSyntax node) { }

    public override void VisitParameter(ParameterSyntax node) { }

    public override void VisitEnumDeclaration(EnumDeclarationSyntax node) { }

    public override void VisitCaseSwitchLabel(CaseSwitchLabelSyntax node) { }

    public override void VisitConstantPattern(ConstantPatternSyntax node) { }

    public override void VisitRelationalPattern(RelationalPatternSyntax node) { }

    public override void VisitArrayRankSpecifier(ArrayRankSpecifierSyntax node) { }

    public override void VisitFieldDeclaration(FieldDeclarationSyntax node)
    {
        if (!node.Modifiers.Any(SyntaxKind.ConstKeyword)) base.VisitFieldDeclaration(node);
    }

    public override void VisitLocalDeclarationStatement(LocalDeclarationStatementSyntax node)
    {
        if (!node.IsConst) base.VisitLocalDeclarationStatement(node);
    }

    public override void VisitForStatement(ForStatementSyntax node)
    {
        Visit(node.Declaration);
        Visit(node.Condition);
        Visit(node.Statement);
    }

    public override void VisitBinaryExpression(BinaryExpressionSyntax node)
    {
        bool text = node.DescendantNodes()
            .Any(part => part.IsKind(SyntaxKind.StringLiteralExpression) || part is InterpolatedStringExpressionSyntax);
        bool declares = node.DescendantNodes()
            .Any(part => part is DeclarationPatternSyntax or DeclarationExpressionSyntax or VarPatternSyntax or RecursivePatternSyntax);
        if (!text && !declares && Binary.TryGetValue(node.Kind(), out var other))
            Add(node, other.Kind, $"{node.Left} {other.Other} {node.Right}");
        base.VisitBinaryExpression(node);
    }

    public override void VisitPrefixUnaryExpression(PrefixUnaryExpressionSyntax node)
    {
        if (node.IsKind(SyntaxKind.LogicalNotExpression)) Add(node, "condition", node.Operand.ToString());
        if (node.IsKind(SyntaxKind.UnaryMinusExpression)) Add(node, "sign", node.Operand.ToString());
        base.VisitPrefixUnaryExpression(node);
    }

    public override void VisitLiteralExpression(LiteralExpressionSyntax node)
    {
        switch (node.Token.Value)
        {
            case int number:
                Add(node, "index", (number + 1).ToString());
                break;
            case double or float when node.ToString() is var text && char.IsDigit(text[0]):
                Add(node, "constant", $"({text} * 2 + 1)");
                break;
            case bool value:
                Add(node, "condition", value ? "false" : "true");
                break;
        }
    }

    public override void VisitIdentifierName(IdentifierNameSyntax node)
    {
        if (node.Parent is MemberAccessExpressionSyntax access && access.Name == node
            && Names.TryGetValue(node.Identifier.Text, out string? other))
        {
            ExpressionSyntax whole = access.Parent is InvocationExpressionSyntax call && call.Expression == access ? call : access;
            int at = node.SpanStart - whole.SpanStart;
            Add(whole, "name", whole.ToString().Remove(at, node.Span.Length).Insert(at, other));
        }
    }

    public override void VisitIfStatement(IfStatementSyntax node)
    {
        if (node.Condition is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax)
            Add(node.Condition, "condition", $"!{node.Condition}");
        base.VisitIfStatement(node);
    }

    public override void VisitConditionalExpression(ConditionalExpressionSyntax node)
    {
        if (node.Condition is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax)
            Add(node.Condition, "condition", $"!{node.Condition}");
        base.VisitConditionalExpression(node);
    }

    public override void VisitExpressionStatement(ExpressionStatementSyntax node)
    {
        if (node.DescendantNodes().Any(part => part is DeclarationExpressionSyntax)) return;
        if (node.Expression is AssignmentExpressionSyntax assignment && Compound.TryGetValue(assignment.Kind(), out string? other))
            Add(node, "operator", $"{assignment.Left} {other} {assignment.Right};", statement: true);
        else if (node.Expression is InvocationExpressionSyntax or AssignmentExpressionSyntax
        {
            RawKind: (int)SyntaxKind.SimpleAssignmentExpression,
        })
            Add(node, "statement", "", statement: true);
        base.VisitExpressionStatement(node);
    }

    public override void VisitContinueStatement(ContinueStatementSyntax node) => Add(node, "statement", "", statement: true);

    void Add(SyntaxNode node, string kind, string after, bool statement = false)
    {
        // A switch before a directive or over many lines would move what the compiler says.
        if (node.ToString().Contains('#')
            || (statement && node.Parent is not (BlockSyntax or IfStatementSyntax or ForStatementSyntax or ForEachStatementSyntax))) return;
        // An `else` that follows would belong to the switch.
        if (statement && node.Parent is IfStatementSyntax { Else: not null }) return;
        var text = node.SyntaxTree.GetText();
        var line = text.Lines.GetLineFromPosition(node.SpanStart);
        string ahead = text.ToString(TextSpan.FromBounds(line.Start, node.SpanStart));
        string behind = text.ToString(TextSpan.FromBounds(node.Span.End, text.Lines.GetLineFromPosition(node.Span.End).End));
        found.Add(new Mutant(
            file, line.LineNumber + 1, node.SpanStart, node.Span.Length, kind, node.ToString(), after, statement, ahead, behind));
    }
}
